// How long a text is in the network's own count: the same rules as otklik/networks/counting.py, for the counter alone.
// What the network would refuse the server says; a test compares the two.

const LINK = /https?:\/\/\S+|(?<![\w-])(?:[a-z0-9-]{1,63}\.){1,4}(?:ru|su|com|org|net|info|me|gov|online|app|io|vk|рф)(?![\wа-яё])\S*/giu;
const EMOJI = /\p{RGI_Emoji}/gv;
const LIGHT = [[0, 0x10ff], [0x2000, 0x200d], [0x2010, 0x201f], [0x2032, 0x2037]];

export const hasLink = (text) => text.search(LINK) >= 0;

export function lengthOf(text, counting) {
  const plain = text.replaceAll("\r\n", "\n");
  if (counting === "utf16") return plain.length;
  if (counting === "bytes") return new TextEncoder().encode(plain).length;
  return counting === "weighted" ? weighted(plain) : [...plain].length;
}

function weighted(text) {
  let total = 0;
  let rest = text.normalize("NFC").replace(LINK, () => ((total += 23), ""));
  rest = rest.replace(EMOJI, () => ((total += 2), ""));
  for (const sign of rest) total += LIGHT.some(([low, high]) => sign.codePointAt(0) >= low && sign.codePointAt(0) <= high) ? 1 : 2;
  return total;
}
