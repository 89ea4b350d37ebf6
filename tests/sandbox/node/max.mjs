// The network's own client for Node, unmodified; where the Bot API stands is its option `clientOptions.baseUrl`.
import { Bot, MaxError } from "@maxhub/max-bot-api";
import { refused, run, tell } from "./tell.mjs";

const client = ({ base, token }) => new Bot(token, { clientOptions: { baseUrl: `${base}/` } });

const kind = (error) => {
  if (!(error instanceof MaxError)) throw error;
  return [error.status, error.code];
};

async function comments({ post, asked, ours, ...given }) {
  const { api } = client(given);
  tell("listed", (await api.getComments(post)).messages);
  tell("one", await api.getComment(post, asked));
  const { message } = await api.sendComment(post, "И завтра тоже.", { link: { type: "reply", mid: asked } });
  tell("sent", message);
  const comment_id = message.body.mid;
  // editComment of 0.3.1 leaves {messageId} in the path as it stands: nobody has such a path.
  tell("by its own call", await refused(() => api.editComment(post, comment_id, "И послезавтра."), kind));
  const whole = { method: "PUT", path: { messageId: post }, query: { comment_id }, body: { text: "И послезавтра." } };
  tell("edited", await api.raw.callApi("messages/{messageId}/comments", whole));
  tell("deleted", await api.deleteComment(post, ours));
}

/** A bot as people write one: it listens until a comment has come after the private words, answers both, and stops. */
async function answers(given) {
  const bot = client(given);
  bot.on("message_created", async (ctx) => {
    if (ctx.message.recipient.chat_type !== "dialog") return; // the channel's own posts
    tell("location", ctx.location);
    const image = await ctx.api.uploadImage({ source: Buffer.from(given.picture, "base64") });
    tell("reply", await ctx.reply("Видим", { attachments: [image.toJson()] }));
  });
  bot.on("comment_created", async (ctx) => {
    const { message } = ctx.update;
    tell("heard", ctx.update);
    const link = { type: "reply", mid: message.body.mid };
    tell("said", await ctx.api.sendComment(message.recipient.post_id, "Сегодня.", { link }));
    bot.stopPolling();
  });
  await bot.start({ mode: "polling", options: { retry: false } });
  tell("me", bot.botInfo);
}

async function reads(given) {
  const { api } = client(given);
  tell("chats", (await api.getAllChats()).chats);
  tell("messages", (await api.getMessages(given.channel)).messages);
  tell("membership", await api.getChatMembership(given.channel));
  const post = await api.sendMessageToChat(given.channel, "Завтра отключат воду");
  tell("edited", await api.editMessage(post.body.mid, { text: "Завтра отключат воду с 9" }));
  tell("post", post);
}

async function hooks({ url, ...given }) {
  const { api } = client(given);
  tell("made", await api.subscribe(url, "long-enough", ["message_created"]));
  tell("listed", await api.getSubscriptions());
  tell("gone", await api.unsubscribe(url));
}

async function refusals({ post, other, stolen, ...given }) {
  const say = (token, where = post) => refused(() => client({ ...given, token }).api.sendComment(where, "Я"), kind);
  tell("too fast", await say(given.token)); // the test has planned it
  tell("stranger", await say(other));
  tell("stolen", await say(stolen));
  tell("nowhere", await say(given.token, "mid.nosuch"));
}

await run({ comments, answers, reads, hooks, refusals });
