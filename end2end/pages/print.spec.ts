// What is printed: reports, terms and an agreement as paper has them, without forms and ways elsewhere, no wider than the page, lying where a table is wide.
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "../fixtures";
import { approve, ask, endAgreements, record } from "../steps";

/** Pixels between the margins of an A4 page, as in `style/main.css`, upright and lying. */
const UPRIGHT = 703, LYING = 1032;
/** From this many columns on a page lies on its side. */
const WIDE = "main th:nth-child(8)";
const ELSEWHERE = ["form", "nav", "button", ".button", ".site-header", ".site-footer", ".breadcrumbs", ".actions", ".no-print"];

/** Looks at the page that is open as paper would have it, and makes the file. */
async function printed(page: Page, heading: string | RegExp): Promise<void> {
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  for (const what of ELSEWHERE) await expect(page.locator(what).filter({ visible: true }), `${page.url()}: ${what}`).toHaveCount(0);
  const lies = (await page.locator(WIDE).count()) > 0;
  const width = lies ? LYING : UPRIGHT;
  await page.setViewportSize({ width, height: 900 });
  const wider = await page.evaluate((most) => {
    const over = [...document.querySelectorAll("main *:not(svg *)")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.right > most + 1;
    });
    return over.map((one) => one.outerHTML.slice(0, 120));
  }, width);
  expect(wider, page.url()).toEqual([]);
  const file = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const pages = file.match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length, page.url()).toBeGreaterThan(0);
  const boxes = [...file.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map((box) => Number(box[1]) > Number(box[2]));
  expect(boxes.length, page.url()).toBeGreaterThan(0);
  expect(boxes.every((lying) => lying === lies), `${page.url()} lies: ${lies}`).toBe(true);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("reports of security, of quality and of fitness", async ({ browser }) => {
  const simran = await signIn(browser, "Simran Kaur");
  await simran.goto("/audit/report");
  await printed(simran, /^Who read what: /);

  const mei = await signIn(browser, "Mei Wong");
  await mei.goto("/quality/geospatial/report");
  await printed(mei, /Geospatial/);
  await mei.goto("/fitness/report?sector=geospatial");
  await printed(mei, /^Fitness audit of /);
});

test("an audit of quality, with all that it found", async ({ browser }) => {
  const name = `Printed ${Date.now()}`;
  record(`
    WITH plan AS (
      INSERT INTO quality_audit_plan (id, sector_id, name, scope, criteria, rhythm, first_on, announce_days, mend_days, state, made_by, made_at, submission_key)
      SELECT gen_random_uuid(), s.id, '${name}', 'sector', '{all}', 'once', '2026-01-05', 0, 30, 'ended', p.id, now(), gen_random_uuid()
      FROM sector s, (SELECT id FROM person ORDER BY created_at LIMIT 1) p WHERE s.slug = 'geospatial' RETURNING id, sector_id),
    audit AS (
      INSERT INTO quality_audit (id, plan_id, due_on, begun_at, asked, done_at) SELECT gen_random_uuid(), id, '2026-01-05', now(), 0, now() FROM plan RETURNING id)
    INSERT INTO quality_audit_finding (audit_id, product_id, criterion, at_least, within_days, passed, counted, shortfall)
    SELECT a.id, p.id, 'all', 95, 7, 0, 0, 'never-checked' FROM audit a, plan, product p JOIN data_domain d ON d.id = p.domain_id WHERE d.sector_id = plan.sector_id`);
  const mei = await signIn(browser, "Mei Wong");
  await mei.goto("/quality-audits");
  await mei.getByRole("link", { name: `${name}, ` }).click();
  await printed(mei, new RegExp(name));
  record(`DELETE FROM quality_audit_finding WHERE audit_id IN (SELECT a.id FROM quality_audit a JOIN quality_audit_plan p ON p.id = a.plan_id WHERE p.name = '${name}');
    DELETE FROM quality_audit WHERE plan_id IN (SELECT id FROM quality_audit_plan WHERE name = '${name}'); DELETE FROM quality_audit_plan WHERE name = '${name}'`);
});

test("the terms under which data is shared, one version of them, and two side by side", async ({ browser }) => {
  const jason = await signIn(browser, "Jason Lim");
  const terms = "/products/ssot-a.busroutes-dp/agreement";
  await jason.goto(terms);
  await expect(jason.getByRole("heading", { level: 2, name: "Data sharing agreement" })).toBeVisible();
  // Where somebody has changed them already, what they changed.
  const compare = jason.locator('main a[href*="/agreement/compare?"]').first();
  const sides = (await compare.count()) > 0 ? await compare.getAttribute("href") : `${terms}/compare?from=1&to=1`;
  await printed(jason, /./);
  await jason.goto(`${terms}/1`);
  await printed(jason, /^Terms of .+, version 1$/);
  await jason.goto(sides ?? terms);
  await printed(jason, /^Terms of .+: versions \d+ and \d+$/);
});

const PRINTED = "To be printed";
test.afterEach(() => endAgreements(PRINTED));

test("an agreement", async ({ browser }) => {
  const jason = await signIn(browser, "Jason Lim");
  await jason.goto("/agreements");
  // Of the agreements themselves: above them may stand terms that are to be accepted, with links of their own.
  const first = jason.getByRole("table", { name: "Your agreements" }).getByRole("link").first();
  if ((await first.count()) === 0) {
    const asked = await ask(jason, "ssot-a.punctuality-dp", PRINTED);
    if (await jason.getByText("Waiting for a decision").first().isVisible()) await approve(await signIn(browser, "Grace Tan"), asked);
    await jason.goto("/agreements");
  }
  await first.click();
  await expect(jason).toHaveURL(/\/agreements\/[0-9a-f-]+$/);
  await printed(jason, /./);
});
