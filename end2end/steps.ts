// What several journeys have in common: asking, deciding, and making a credential, as people do it in the browser.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";

export type Credential = { secret: string; token: string };

/** Asks for a product as it stands, and gives the address of the request. */
export async function ask(page: Page, product: string, what: string): Promise<string> {
  await page.goto(`/requests/new?product=${product}`);
  await page.getByLabel("Purpose").selectOption("policy");
  await page.getByLabel("What will you do with the data?").fill(what);
  await page.getByLabel("Legal basis").fill("Direction 2026/14");
  await page.getByLabel("Team").fill("Mobility study");
  await page.getByRole("button", { name: "Check your answers" }).click();
  await page.getByRole("button", { name: "Submit request" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Request submitted");
  await page.getByRole("link", { name: "Follow this request" }).click();
  return page.url();
}

/** Approves the whole of what is asked for. */
export async function approve(page: Page, request: string): Promise<void> {
  await page.goto(request);
  await page.getByRole("link", { name: "Decide" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Approved.");
}

/** Waits for the port, makes the credential of the agreement that is shown, and leaves its page open. */
export async function credential(page: Page): Promise<Credential> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("button", { name: "Create credential" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await page.getByRole("button", { name: "Create credential" }).click();
  return { secret: await page.locator("#secret").innerText(), token: await page.locator("#token").innerText() };
}

/** Changes the record behind the portal's back: what time or another agency does there; or asks it, and gives what it says. */
export function record(sql: string): string {
  return execFileSync("psql", [process.env.PASAR_RECORD_URL ?? "", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8", stdio: "pipe" }).trim();
}

/** Ends standards whose titles begin so, behind the portal's back: one that a test was cut short before retiring would stop what later ones read. */
export function endStandards(title: string): void {
  const today = "(now() AT TIME ZONE 'Asia/Singapore')::date";
  record(`WITH over AS (
      UPDATE standard_version SET status = 'retired',
          effective_until = CASE WHEN effective_from IS NOT NULL THEN greatest(effective_from, least(coalesce(effective_until, ${today}), ${today})) END
      WHERE title LIKE '${title}%' AND status <> 'retired' RETURNING standard_id)
    INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT DISTINCT now(), 'standard.changed', standard_id, now() FROM over`);
}

/** Ends what somebody holds, by the words in which they asked for it: nobody who comes after owes anything on it, or opens it instead of their own. */
export function endAgreements(asked: string): void {
  record(`UPDATE agreement a SET until = now() + interval '1 second' FROM request_part q JOIN access_request r ON r.id = q.request_id
    WHERE q.id = a.part_id AND a.state = 'active' AND r.explanation = '${asked}'`);
}

/** Asks the source as a holder does, in the words of the psql example that is shown for a dataset. */
export async function reader(page: Page, dataset: string, secret: string): Promise<(sql: string) => string> {
  const connection = /"([^"]+)"/.exec(await page.getByLabel(`psql example, ${dataset}`).innerText())?.[1] ?? "";
  return (sql) => execFileSync("psql", [connection, "-XAt", "-c", sql], { env: { ...process.env, PGPASSWORD: secret }, encoding: "utf8", stdio: "pipe" });
}

/** Exports the whole trail, and has it verified from the file alone against a checkpoint that was kept; gives what the verifier says. */
export function verified(checkpoint: string): string {
  const folder = mkdtempSync(join(tmpdir(), "trail-"));
  const pasar = (...words: string[]) =>
    execFileSync(process.env.PASAR_PROGRAM ?? "pasar", ["audit", ...words], {
      env: { ...process.env, PASAR_DATABASE_URL: process.env.PASAR_RECORD_URL },
      encoding: "utf8",
      stdio: "pipe",
    });
  try {
    const [trail, kept] = [join(folder, "trail.jsonl"), join(folder, "checkpoint")];
    writeFileSync(kept, checkpoint);
    pasar("export", trail);
    return pasar("verify", trail, "--checkpoint", kept);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
