// Names of exposures: one DNS label each.

/** RFC 1035 §2.3.4. */
const NAME_LENGTH_MAX = 63;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** RFC 5891 §4.2.3.1: `xn--` and its like are reserved; refusing them leaves no name that displays as another script. */
const RESERVED = /^..--/;

/** True for a lower-case DNS label of 1 to 63 bytes that is not an A-label. */
export function isExposureName(text: string): boolean {
  return text.length <= NAME_LENGTH_MAX && LABEL.test(text) && !RESERVED.test(text);
}

// 64 each: six bits of a byte choose one without bias. Short, plain, and harmless in any combination.
const QUALITIES = (
  'amber ample azure balmy basic blond bold brave brief bright brisk calm chief civil clean clear ' +
  'cosy crisp dapper deft dense early easy fair fine firm fleet fresh gentle glad golden grand ' +
  'happy hardy honest jolly keen kind level light lively lucid lunar mellow merry mild neat noble ' +
  'olive plain polite proud quick quiet rapid ready rosy silver smart solid steady sunny tidy warm'
).split(' ');
const THINGS = (
  'acorn alder apple arbor aspen badger basin beacon birch brook canal cedar cliff cloud comet coral ' +
  'crane creek delta dune eagle ember falcon fern field finch fjord forest garden glade grove harbor ' +
  'hazel heron hill island jetty lagoon lake lantern larch maple marsh meadow mesa moon otter pebble ' +
  'pine plover pond prairie quarry reef ridge river robin sparrow spruce stream summit tulip valley willow'
).split(' ');
/** Crockford's base 32: no i, l, o, u, which are misread or make words. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Bytes of chance `generatedName` uses: 2 × 6 bits for words and 4 × 5 bits for the suffix. */
export const NAME_RANDOM_BYTES = 6;

/** A readable name (`calm-river-7k3m`), the same for the same bytes. `random` holds at least `NAME_RANDOM_BYTES`. */
export function generatedName(random: Buffer): string {
  if (random.length < NAME_RANDOM_BYTES) throw new RangeError(`a name needs ${NAME_RANDOM_BYTES} random bytes`);
  const quality = QUALITIES[random.readUInt8(0) % 64];
  const thing = THINGS[random.readUInt8(1) % 64];
  let suffix = '';
  for (let i = 2; i < NAME_RANDOM_BYTES; i++) suffix += ALPHABET[random.readUInt8(i) % 32];
  return `${quality}-${thing}-${suffix}`;
}
