// Helps of the terms editor: what was typed survives a swap and a lost session.
(function () {
  "use strict";

  function editor() { return document.getElementById("terms-editor"); }

  function written() {
    return JSON.stringify(Array.from(new FormData(editor())).filter(function (pair) {
      return pair[0] !== "csrfmiddlewaretoken" && typeof pair[1] === "string";
    }));
  }

  // A swap draws the whole editor anew: what stood open stays open, the control in use keeps the
  // caret, the page does not jump, and an answer to what has changed since is not shown at all.
  var held = null, sent = "", pressed = false;
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt === editor()) sent = written();
    else if (editor() && editor().contains(event.detail.elt)) pressed = true;
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt !== editor()) pressed = false;
  });
  // A pressed button sends what was typed along: the answer to typing must not take its place.
  document.addEventListener("htmx:confirm", function (event) {
    if (pressed && event.detail.elt === editor()) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id !== "terms-editor") return;
    if (event.detail.requestConfig.elt === editor() && sent !== written()) {
      event.detail.shouldSwap = false;
      return;
    }
    var focused = document.activeElement, open = {};
    document.querySelectorAll("#terms-editor details[id]").forEach(function (part) {
      open[part.id] = part.open;
    });
    held = { open: open };
    if (focused && focused.id && editor().contains(focused) && focused.tagName !== "BUTTON") {
      held.id = focused.id;
      held.top = focused.getBoundingClientRect().top;
      held.caret = focused.type === "text" ? [focused.selectionStart, focused.selectionEnd] : null;
    }
  });
  document.addEventListener("htmx:afterSwap", function () {
    if (!held || !editor()) return;
    document.querySelectorAll("#terms-editor details[id]").forEach(function (part) {
      if (held.open[part.id] !== undefined && !part.open) part.open = held.open[part.id];
    });
    var control = held.id && document.getElementById(held.id);
    if (control) {
      control.focus({ preventScroll: true });
      if (held.caret) control.setSelectionRange(held.caret[0], held.caret[1]);
      window.scrollBy(0, control.getBoundingClientRect().top - held.top);
    }
    held = null;
  });

  // A button that adds or moves a row gives the keyboard to the row.
  document.addEventListener("htmx:afterSettle", function (event) {
    var request = event.detail.requestConfig, form = editor();
    var wanted = form && request && request.elt.tagName === "BUTTON" && form.querySelector("[autofocus]");
    if (wanted) wanted.focus();
  });

  // A link to a question leads into what is folded away, and to the control itself.
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest('a[href^="#"]') : null;
    var control = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!control || !editor() || !editor().contains(control)) return;
    event.preventDefault();
    for (var part = control.closest("details"); part; part = part.parentElement.closest("details")) {
      part.open = true;
    }
    control.focus();
    control.scrollIntoView({ block: "center" });
  });

  // What was typed and not saved stays in this tab until it is: sessions end, networks fail.
  var KEY = "terms-draft";
  function keep() {
    if (!editor()) return;
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ of: editor().dataset.draft, text: written() }));
    } catch (error) { /* a full or forbidden store only loses this help */ }
  }
  function bring(kept) {
    var form = editor();
    var carrier = document.createElement("form");
    carrier.method = "post";
    carrier.hidden = true;
    var pairs = JSON.parse(kept.text);
    pairs.push(["csrfmiddlewaretoken", form.querySelector('[name="csrfmiddlewaretoken"]').value]);
    pairs.push(["preview", "1"]);
    pairs.forEach(function (pair) {
      var input = document.createElement("input");
      input.name = pair[0];
      input.value = pair[1];
      carrier.append(input);
    });
    document.body.append(carrier);
    carrier.submit();
  }
  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "ds-button";
    made.dataset.variant = "secondary";
    made.dataset.size = "sm";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }
  document.addEventListener("DOMContentLoaded", function () {
    var note = document.getElementById("typed-before"), kept = null;
    if (!note || !editor()) return;
    editor().addEventListener("input", keep);
    document.addEventListener("htmx:afterSwap", function () {
      if (editor()) { editor().addEventListener("input", keep); keep(); }
    });
    try { kept = JSON.parse(sessionStorage.getItem(KEY)); } catch (error) { kept = null; }
    if (!kept || kept.of !== editor().dataset.draft || kept.text === written()) return;
    if (note.dataset.posted) return;
    var words = document.createElement("p");
    words.textContent = note.dataset.text;
    note.append(words, button(note.dataset.restore, function () { bring(kept); }),
      button(note.dataset.forget, function () { sessionStorage.removeItem(KEY); note.hidden = true; }));
    note.hidden = false;
  });
})();
