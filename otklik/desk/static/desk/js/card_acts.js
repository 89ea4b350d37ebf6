// The file of an act: chosen is sent, with all that was typed. The form's own words say what became of it.

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-acts]");
  if (field?.files.length) field.form.requestSubmit(field.form.querySelector("[data-acts-send]"));
});

// What the form sends is gathered by now: no other button sends a big file once more.
document.addEventListener("card:sending", (event) => {
  const field = event.target.querySelector("[data-acts]");
  if (field) field.value = "";
});
