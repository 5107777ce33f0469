/** The checksum of zip and PNG. */
export { crc32 } from "node:zlib";
