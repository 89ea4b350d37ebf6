// A remark names words of the answer: a press on them chooses them in the field, where they still stand so.

document.addEventListener("click", (event) => {
  const quote = event.target.closest("[data-quote]")?.dataset.quote;
  const field = quote && document.querySelector("form[data-editor] textarea[name=text]");
  if (!field) return;
  field.focus();
  const from = field.value.indexOf(quote);
  if (from >= 0) field.setSelectionRange(from, from + quote.length);
});
