// grammY, unmodified; where the Bot API stands is its own option `client.apiRoot`.
import { Bot, GrammyError, InputFile } from "grammy";
import { refused, run, tell } from "./tell.mjs";

const client = ({ base, token }) => new Bot(token, { client: { apiRoot: base } });

const kind = (error) => {
  if (!(error instanceof GrammyError)) throw error;
  return [error.error_code, error.parameters];
};

/** A bot as people write one: it listens until it has heard a comment, answers it, and stops. */
async function answers(given) {
  const bot = client(given);
  const picture = () => new InputFile(Buffer.from(given.picture, "base64"), "a.png");
  bot.on("message:text", async (ctx) => {
    if (ctx.message.is_automatic_forward) return; // the channel's own post
    const reply_parameters = { message_id: ctx.message.message_id };
    tell("heard", ctx.message);
    const said = await ctx.reply("Сегодня.", { reply_parameters });
    tell("said", said);
    await ctx.api.editMessageText(ctx.chat.id, said.message_id, "Завтра.");
    const photo = await ctx.replyWithPhoto(picture(), { caption: "Вот", reply_parameters });
    const file = await ctx.api.getFile(photo.photo.at(-1).file_id);
    const bytes = await fetch(`${given.base}/file/bot${given.token}/${file.file_path}`);
    tell("photo", Buffer.from(await bytes.arrayBuffer()).toString("hex").slice(0, 6));
    const album = [0, 1].map(() => ({ type: "photo", media: picture() }));
    tell("album", await ctx.replyWithMediaGroup(album, { reply_parameters }));
    const wrong = await ctx.reply("Лишнее", { reply_parameters });
    tell("deleted", await ctx.api.deleteMessage(ctx.chat.id, wrong.message_id));
    await bot.stop();
  });
  await bot.start({ allowed_updates: ["message"] });
  tell("me", bot.botInfo);
}

async function refusals(given) {
  const { api } = client(given);
  tell("too fast", await refused(() => api.sendMessage(given.chat, "Рано"), kind)); // the test has planned it
  const missing = { reply_parameters: { message_id: 9999 } };
  tell("no such message", await refused(() => api.sendMessage(given.chat, "Нет", missing), kind));
  tell("never wrote", await refused(() => api.sendMessage(given.stranger, "Первым"), kind));
  tell("grown", await refused(() => api.sendMessage(given.grown, "Да"), kind));
  await api.setWebhook(`${given.base}/nowhere`, { secret_token: "s3cret" });
  tell("webhook", await api.getWebhookInfo());
  tell("pushed", await refused(() => api.getUpdates(), kind));
  await api.deleteWebhook();
  const stolen = client({ ...given, token: given.wrong }).api;
  tell("wrong token", await refused(() => stolen.getMe(), kind));
}

async function posts(given) {
  const { api } = client(given);
  const post = await api.sendMessage(given.chat, "Завтра отключат воду");
  await api.editMessageText(post.chat.id, post.message_id, "Завтра отключат воду с 9");
  tell("post", post);
  const picture = new InputFile(Buffer.from(given.picture, "base64"), "a.png");
  tell("photo", await api.sendPhoto(given.chat, picture, { caption: "Карта отключений" }));
}

async function updates(given) {
  tell("updates", await client(given).api.getUpdates({ timeout: 1 }));
}

await run({ answers, refusals, posts, updates });
