// The development identity provider: a certified OpenID provider with invented people, for demonstrations and tests only.
import { readFileSync } from "node:fs";
import { Provider } from "oidc-provider";

const setting = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const portal = setting("PASAR_BASE_URL").replace(/\/$/, "");
const issuer = setting("ISSUER");
const personas = JSON.parse(readFileSync(new URL("./personas.json", import.meta.url), "utf8"));
const account = (sub) => {
  const person = personas.find((one) => one.sub === sub);
  return person && {
    accountId: sub,
    claims: () => ({ sub, name: person.name, email: `${sub}@example.invalid`, email_verified: true, agency: person.agency }),
  };
};

const page = (title, body) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: setting("CLIENT_ID"),
      client_secret: setting("CLIENT_SECRET"),
      redirect_uris: [`${portal}/sign-in/callback`],
      post_logout_redirect_uris: [`${portal}/signed-out`],
      backchannel_logout_uri: `${portal}/sign-in/back-channel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  cookies: { keys: [setting("CLIENT_SECRET")] },
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], agency: ["agency"] },
  scopes: ["openid", "profile", "email", "agency"],
  conformIdTokenClaims: false,
  findAccount: (_ctx, sub) => account(sub),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = page("Sign out of the development provider?", `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>`);
      },
    },
  },
  // The only client is our own portal: nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile email agency");
    await grant.save();
    return grant;
  },
  ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 600, AccessToken: 600 },
});
// Back-channel logout leads to a portal on this machine.
provider.on("backchannel.error", (_ctx, error) => console.error("back-channel logout:", error.message));

const send = (res, status, body) => {
  res.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  res.end(body);
};

provider.use(async (ctx, next) => {
  const match = /^\/interaction\/([\w-]+)$/.exec(ctx.path);
  if (!match) return next();
  ctx.respond = false;
  if (ctx.method === "GET") {
    await provider.interactionDetails(ctx.req, ctx.res);
    const buttons = personas
      .map((one) => `<li><button name="sub" value="${one.sub}">${one.name}</button> ${one.says}, ${one.agency}</li>`)
      .join("");
    return send(ctx.res, 200, page("Development sign-in", `<p>These people are invented. Choose one.</p><form method="post"><ul>${buttons}</ul></form>`));
  }
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  const sub = new URLSearchParams(Buffer.concat(chunks).toString()).get("sub");
  if (!account(sub)) return send(ctx.res, 403, page("Unknown person", "<p>Nobody here has that name. Go back and choose one of the list.</p>"));
  return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: sub } }, { mergeWithLastSubmission: false });
});

provider.listen(Number(setting("PORT")), "localhost", () => console.log(`development identity provider at ${issuer}`));
