// Dragging a paper's title into a list: while it is held, the reader's lists lie at the edge of the page.
// The same picker that Save opens is the way for keyboards and screen readers.
let tray;

/** Lay out the lists that do not hold the paper yet; they are the forms of the picker. */
async function open(address) {
  tray = document.createElement("div");
  tray.className = "tray";
  tray.ariaHidden = "true";
  document.body.append(tray);
  const mine = tray;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected || mine !== tray) return;
  const picker = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("picker");
  for (const row of picker?.querySelectorAll(".picker__row") ?? []) {
    row.querySelector("button").tabIndex = -1;
    if (row.querySelector("[aria-pressed=true]")) row.remove();
    else row.dataset.takes = "";
  }
  if (picker) mine.append(picker);
  picker?.removeAttribute("id");
  for (const each of picker?.querySelectorAll("[id]") ?? []) each.removeAttribute("id");
}

function close() {
  tray?.remove();
  tray = undefined;
}

/** Add the paper as the picker's form would, and show on its card where it is now. */
async function put(form) {
  const body = new FormData(form);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return show(answer ? "toast-refused" : "toast-offline");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("announcer").textContent = page.getElementById("picker-status")?.textContent ?? "";
  for (const piece of page.querySelectorAll("[hx-swap-oob=true]")) {
    piece.removeAttribute("hx-swap-oob");
    document.getElementById(piece.id)?.replaceWith(piece);
    window.htmx.process(piece);
  }
}

function show(template) {
  document.getElementById("toasts").append(document.getElementById(template).content.cloneNode(true));
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-open]")?.closest("[data-card]");
  const picker = card?.querySelector("[data-picker]");
  if (picker) open(picker.getAttribute("hx-get"));
});
document.addEventListener("dragover", (event) => {
  const row = tray && event.target.closest?.("[data-takes]");
  for (const each of tray?.querySelectorAll(".tray__over") ?? []) if (each !== row) each.classList.remove("tray__over");
  if (!row) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  row.classList.add("tray__over");
});
document.addEventListener("drop", (event) => {
  const form = tray && event.target.closest?.("[data-takes]")?.querySelector("form");
  if (!form) return;
  event.preventDefault();
  put(form);
});
document.addEventListener("dragend", close);
