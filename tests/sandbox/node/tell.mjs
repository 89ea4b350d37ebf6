// What a story has in common with the others: its name and what it was given stand in the command, and each thing that
// it tells is one line of JSON on stdout: ["word", value].

export const tell = (word, value) => process.stdout.write(`${JSON.stringify([word, value ?? null])}\n`);

/** What the call was refused with, as `read` sees the error; throws when it was not refused. */
export async function refused(call, read) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    return read(error);
  }
  throw new Error(`not refused: ${JSON.stringify(answer)}`);
}

export async function run(stories) {
  const [name, given] = process.argv.slice(2);
  await stories[name](JSON.parse(given));
}
