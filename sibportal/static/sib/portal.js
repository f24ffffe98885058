// Small helps on top of pages that work without any script.
(function () {
  "use strict";

  // One submit is enough: a double click must not send a form twice. The server does not rely on it.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
    window.setTimeout(function () { release(form); }, 10000);
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button[aria-disabled]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
    });
  }

  // A page from the back-forward cache can be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // Ctrl (on a Mac Command) and Enter press the button that says so, from any field of its form.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    var button = document.querySelector("button[aria-keyshortcuts~='Control+Enter']");
    if (!button || !(event.target === document.body || button.form.contains(event.target))) return;
    event.preventDefault();
    button.click();
  });

  function focusSummary(root) {
    var summary = root.querySelector(".ds-error-summary");
    if (summary) summary.focus();
  }
  document.addEventListener("DOMContentLoaded", function () { focusSummary(document); });
  document.addEventListener("htmx:afterSwap", function (event) {
    var request = event.detail.requestConfig;
    if (request && request.verb !== "get") focusSummary(event.detail.target);
  });

  // A swapped part keeps the place of the keyboard: on the same control, else on the part itself.
  var held = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var focused = document.activeElement, part = event.detail.target;
    held = part.id && part.contains(focused)
      ? { part: part.id, href: focused.getAttribute("href"), name: focused.getAttribute("name") }
      : null;
  });
  document.addEventListener("htmx:afterSettle", function () {
    var part = held && document.getElementById(held.part), found = null;
    if (part && !part.contains(document.activeElement)) {
      part.querySelectorAll("a, button, input, select, textarea").forEach(function (control) {
        if (control.getAttribute("href") === held.href && control.getAttribute("name") === held.name) {
          found = found || control;
        }
      });
      if (!found) part.tabIndex = -1;
      (found || part).focus({ preventScroll: true });
    }
    held = null;
  });

  // What the server could not answer is said in the live region.
  function failed() {
    var region = document.getElementById("messages");
    if (!region) return;
    var note = document.createElement("p");
    note.className = "note e";
    note.textContent = region.dataset.failed;
    region.replaceChildren(note);
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);

  // Menus close with Escape and when the focus or the click goes elsewhere.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open], details.mnav[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // A dialog is opened by a button that names it; without script its content stands on its own page.
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-dialog]") : null;
    if (!button) return;
    var dialog = document.getElementById(button.dataset.dialog);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
  });
})();
