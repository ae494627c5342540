/** What stands for somebody who has no picture: letters on a colour, the same ones on every phone. */

/** So many colours has the avatar. */
export const FACE_COLOURS = 8;

export function colourOf(userId: string): number {
  let sum = 0;
  for (let index = 0; index < userId.length; index++) sum = (sum * 31 + userId.charCodeAt(index)) % 65_521;
  return sum % FACE_COLOURS;
}

/** One sign of a script that needs no second one, two letters of the first words otherwise. */
export function lettersOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._@#:-]+/)
    .filter((word) => word !== '');
  const [first = '', second = ''] = words;
  const sign = Array.from(first)[0] || '?';
  if (sign.charCodeAt(0) > 0x24f) return sign;
  const next = Array.from(second)[0] || '';
  return (sign + (next.charCodeAt(0) > 0x24f ? '' : next)).toUpperCase();
}

/** Only pictures from the web are shown; a short name of a picture means something to other apps only. */
export function pictureOf(avatar: string | undefined): string {
  return avatar !== undefined && /^https?:\/\//.test(avatar) ? avatar : '';
}
