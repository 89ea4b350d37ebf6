// A photo made smaller before it is sent: a phone's 12 megapixels are more than any network shows.

const LONGEST = 2560;
const SMALL = 1.5 * 1024 * 1024;
const QUALITY = 0.88;

// The file itself where it is small already, or where this browser cannot open it (HEIC): the server can.
export async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= SMALL) {
    picture.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return smaller && smaller.size < file.size ? smaller : file;
}
