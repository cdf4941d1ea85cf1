// The texts that the page says by itself, from the server's catalogue.
const holder = document.getElementById("texts");
const texts = holder ? JSON.parse(holder.textContent) : {};

export function text(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
