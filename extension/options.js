// Where papers are saved. The browser keeps it, and carries it to the person's other browsers if they let it.
const [form, field, status] = ["form", "#address", "[role=status]"].map((each) => document.querySelector(each));
const say = (name) => { status.textContent = name && chrome.i18n.getMessage(name); };

document.documentElement.lang = chrome.i18n.getUILanguage();
for (const each of document.querySelectorAll("[data-says]")) each.textContent = chrome.i18n.getMessage(each.dataset.says);

const managed = await chrome.storage.managed?.get("address").catch(() => ({})) ?? {};
const own = await chrome.storage.sync.get("address");
const bundled = await (await fetch("instance.json")).json();
field.value = managed.address || own.address || bundled.address;
if (managed.address) {
  field.readOnly = form.querySelector("button").disabled = true;
  say("optionsManaged");
}

form.noValidate = true;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = URL.canParse(field.value.trim()) ? new URL(field.value.trim()) : null;
  if (!address || !/^https?:$/.test(address.protocol)) {
    field.focus();
    return say("optionsWrong");
  }
  await chrome.storage.sync.set({ address: address.origin });  // a page of it will do
  field.value = address.origin;
  say("optionsKept");
});
