// The end of a test without a server: the listener's answers as a file, to be saved and sent back, or handed to another program
// of the phone, or copied. Where they come from: static.js.

import { put } from "./language.js";

/**
 * @param {(name: string) => HTMLElement} part finds what is in the view
 * @param {{name: string, text: string, to: string | null}} returned
 */
export function offer(part, { name, text, to }) {
  part("stored").hidden = true; // not anywhere but here
  part("return").hidden = false;
  // Until these are safe, nobody else begins, and nobody takes the code for all there is to send.
  const later = [part("another"), part("code-box")];
  for (const element of later) element.hidden = true;
  if (to) part("to").textContent = to;
  else put(part("to"), "return.asker");
  part("file").value = text;
  const file = new File([text], name, { type: "text/plain" });
  const safe = () => {
    for (const element of later) element.hidden = false;
  };
  part("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    safe();
  });
  part("share").hidden = !navigator.canShare?.({ files: [file] });
  part("share").addEventListener("click", () => navigator.share({ files: [file] }).then(safe, () => {}));
  part("file").addEventListener("focus", () => part("file").select());
  part("file").addEventListener("copy", safe);
}
