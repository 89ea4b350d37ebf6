// A form that is sent with the word of a security key. What the server asks stands in #key-options.

const form = document.querySelector("[data-key]");
const asked = JSON.parse(document.getElementById("key-options").textContent);
const trouble = form.querySelector("[data-key-trouble]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.codePointAt(0));

const words = (buffer) =>
  btoa(String.fromCodePoint(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const read = (options) => {
  const told = { ...options, challenge: bytes(options.challenge) };
  if (told.user) told.user = { ...told.user, id: bytes(told.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    told[list] = (told[list] ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return told;
};

const written = (credential) => {
  const { id, rawId, type, response } = credential;
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = names.filter((name) => response[name]).map((name) => [name, words(response[name])]);
  return {
    id,
    rawId: words(rawId),
    type,
    response: Object.fromEntries(said),
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.hidden = true;
  const kind = form.dataset.key;
  try {
    const { publicKey } = kind === "create" ? asked.creation_options : asked.request_options;
    const credential = await navigator.credentials[kind]({ publicKey: read(publicKey) });
    form.elements.credential.value = JSON.stringify(written(credential));
  } catch {
    trouble.hidden = false;
    return;
  }
  form.submit();
});

// Until now a press would have sent the form without the word of any key.
form.querySelector("button").disabled = false;
