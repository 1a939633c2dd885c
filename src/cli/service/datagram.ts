// Datagrams to a Unix socket, which Node cannot send: libc's own functions, through `node:ffi`. The only file of the services that
// hands memory to C: two buffers, each with its length. Linux only; refuses to know what the datagrams say.

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** `sockaddr_un` of unix(7): two bytes for the family, then the path. */
const FAMILY_BYTES = 2;
const PATH_BYTES = 108;

/** Sends one datagram without waiting; false where it was not taken. */
export type SendDatagram = (message: Buffer) => boolean;

/** An abstract name begins with `@`, in memory with a NUL, and has none at its end. Undefined for what fits no address. */
function addressOf(path: string): Buffer | undefined {
  const isAbstract = path.startsWith('@');
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > PATH_BYTES || !/^[@/]/.test(path)) return undefined;
  const family = Buffer.alloc(FAMILY_BYTES);
  // All the machines we build for are little-endian.
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

/** The module, without the line on stderr that says it is experimental; undefined where this Node has none. */
function loadFfi(): typeof import('node:ffi') | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:ffi');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Undefined where it cannot be done here: no FFI, no such functions, or no such address. */
export function openDatagrams(path: string): SendDatagram | undefined {
  const address = addressOf(path);
  const ffi = address && loadFfi();
  if (!ffi || !address) return undefined;
  try {
    const { functions } = ffi.dlopen(null, {
      socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
      sendto: { arguments: ['int32', 'buffer', 'uint64', 'int32', 'buffer', 'uint32'], return: 'int64' },
    });
    const socket = functions.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return undefined;
    return (message) => {
      const length = BigInt(message.length);
      const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
      return functions.sendto(socket, message, length, flags, address, address.length) === length;
    };
  } catch {
    return undefined;
  }
}
