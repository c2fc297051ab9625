// An agreement runs out: what was read yesterday with Python, psql and curl is refused, each says why, and one press asks again.
import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { approve, ask, credential, reader, record } from "../steps";

test("an agreement ends to the minute, and is asked for again in one press", async ({ browser, javaScriptEnabled, request }) => {
  test.setTimeout(180_000);
  const options = { javaScriptEnabled };
  const jason = await signIn(browser, "Jason Lim", options);
  const grace = await signIn(browser, "Grace Tan", options);

  await approve(grace, await ask(jason, "ssot-a.busroutes-dp", "Compare routes before and after the timetable change"));
  await jason.goto("/agreements");
  await jason.getByRole("row", { name: /In force/ }).getByRole("link", { name: "Bus routes and staff" }).first().click();
  const agreementUrl = jason.url();
  const agreement = /[0-9a-f-]{36}/.exec(agreementUrl)?.[0] ?? "";
  const { secret, token } = await credential(jason);

  // The examples are run as the page has them.
  const script = `${await jason.getByLabel("Python (pandas, SQLAlchemy) example, Staff").innerText()}\nprint(len(frame), *frame.columns)`;
  const python = () => execFileSync(process.env.PYTHON ?? "python3", ["-c", script], { env: { ...process.env, PASAR_SECRET: secret }, encoding: "utf8", stdio: "pipe" });
  const psql = await reader(jason, "Staff", secret);
  const rows = () => request.get("/api/v1/ports/ssot-a.busroutes-dp.output-port1.staff_dataset/rows?format=csv", { headers: { authorization: `Bearer ${token}` } });
  expect(python().trim()).toBe("600 depot grade licence_class shift_hours joined_year");
  expect(psql("SELECT count(*) FROM staff_dataset").trim()).toBe("600");
  expect((await rows()).status()).toBe(200);

  // Its last minute comes.
  record(`UPDATE agreement SET until = now() + interval '1 second' WHERE id = '${agreement}'`);
  await expect(async () => {
    await jason.goto(agreementUrl);
    await expect(jason.getByText("its role is gone from the database")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  await expect(jason.getByText("Expired")).toBeVisible();
  if (javaScriptEnabled !== false) await accessible(jason);

  const refused = await rows();
  expect(refused.status()).toBe(403);
  const why = await refused.json();
  expect(why.code).toBe("agreement_ended");
  expect(why.detail).toContain("This agreement ran out on ");
  expect(why.detail).toContain(agreementUrl);
  expect(() => psql("SELECT 1")).toThrow(/authentication failed|does not exist/);
  expect(() => python()).toThrow(/authentication failed|does not exist/);

  // He is told, and asks for the same again.
  await expect(async () => {
    await jason.goto("/notices");
    await expect(jason.getByText(/agreement.*(ended|expired|ran out)/i).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await jason.goto(agreementUrl);
  await jason.getByRole("button", { name: "Ask to renew" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toHaveText("Request submitted");
  await jason.getByRole("link", { name: "Follow this request" }).click();
  await expect(jason.getByText("Compare routes before and after the timetable change")).toBeVisible();
  await expect(jason.getByText("Waiting for a decision").first()).toBeVisible();
});
