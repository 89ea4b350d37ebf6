// The token that a request is sent with. The cookie's own: that of a page which stood open over a new sign-in is of no use.

export const csrf = () => /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? document.body.dataset.csrf;
