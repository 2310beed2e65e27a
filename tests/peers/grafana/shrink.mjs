// Makes a screenshot small: 256 colours are plenty. `node shrink.mjs PICTURE`.
import { readFile, writeFile } from "node:fs/promises";
import sharp from "sharp";

const [picture] = process.argv.slice(2);
const colours = { palette: true, colours: 256, dither: 0, effort: 10, compressionLevel: 9 };
await writeFile(picture, await sharp(await readFile(picture)).png(colours).toBuffer());
