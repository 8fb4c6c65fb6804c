import { TextDecoder } from 'node:util';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const UTF_16_LE = new TextDecoder('utf-16le', { fatal: true });
const UTF_16_BE = new TextDecoder('utf-16be', { fatal: true });

/** Bytes that are no text in an encoding that we read. The message says which they are, without a full stop. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/**
 * The text of a file that a person saved: UTF-8, or UTF-16 of either byte order, each with or without a byte order mark,
 * which is left out. JSON and YAML begin with an ASCII character, so that a zero in the first two bytes means UTF-16.
 * @throws DecodeError where the bytes are anything else.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  const wide = (first === 0xff && second === 0xfe && third === 0 && fourth === 0) || (!first && !second);
  if (bytes.length >= 4 && wide) throw new DecodeError('it is UTF-32 or no text at all: save it as UTF-8');
  const [decoder, name] = decoderOf(first, second);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DecodeError(
      name === 'UTF-8'
        ? `it is not UTF-8 (${firstInvalid(bytes)}): save it as UTF-8`
        : `it begins like ${name} and is not: save it as UTF-8`,
    );
  }
}

function decoderOf(first = 1, second = 1): readonly [TextDecoder, string] {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return [UTF_16_LE, 'UTF-16'];
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return [UTF_16_BE, 'UTF-16'];
  return [UTF_8, 'UTF-8'];
}

/** Where UTF-8 ends, for a person with an editor. */
function firstInvalid(bytes: Uint8Array): string {
  const valid = new TextDecoder('utf-8');
  const lines = valid.decode(bytes).split('\n');
  const line = lines.findIndex((each) => each.includes('\uFFFD'));
  return line < 0 ? 'its end is cut off' : `line ${line + 1}, “${(lines[line] ?? '').trim().slice(0, 40)}”`;
}
