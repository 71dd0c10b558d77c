const HAN = /\p{Script=Han}/gu;
const FIRST = /^./u;

/**
 * The letters that stand for somebody without a picture: of a Chinese name its last characters, which tell colleagues
 * apart; of another the first letter of its first words.
 */
export function initials(name: string, most: 1 | 2): string {
  const han = name.match(HAN);
  if (han) return han.slice(-most).join('');
  const words = name.split(/\s+/u).filter((word) => word !== '');
  return words
    .slice(0, most)
    .map((word) => FIRST.exec(word)?.[0].toUpperCase())
    .join('');
}

/** A colour that somebody keeps, dark enough for white letters. */
export function colorOf(id: string): string {
  const hue = Array.from(id).reduce((before, letter) => (before * 31 + letter.charCodeAt(0)) % 360, 0);
  return `hsl(${hue} 40% 32%)`;
}
