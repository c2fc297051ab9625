// Lineage around a product is drawn and usable with five datasets after it, with two hundred and with ten thousand: tables in no product, of names
// that nobody else uses, which are taken away again.
import { expect, test, type Page } from "@playwright/test";
import { accessible, signIn } from "../fixtures";
import { record } from "../steps";

const PRODUCT = "tourism.hotels-dp";
const SPACE = "postgres://large.example:5432";
/** Boxes of one drawing, and rows of the table. */
const BOXES = 60, ROWS = 200;

function clear(): void {
  record(`
    DELETE FROM lineage_edge WHERE job_id IN (SELECT id FROM lineage_job WHERE namespace = 'large');
    DELETE FROM lineage_node WHERE namespace = '${SPACE}';
    DELETE FROM lineage_job WHERE namespace = 'large'`);
}

/** So many tables are made of the product, and of each of them so many others. The second has a name of wide letters. */
function fill(direct: number, each: number): void {
  clear();
  record(`
    CREATE TEMP TABLE large AS
      SELECT n AS place, NULL AS above, CASE n WHEN 2 THEN repeat('酒店入住率与房价', 4) ELSE 'lake.accommodation_statistics_staging.table_' || lpad(n::text, 5, '0') END AS name
      FROM generate_series(1, ${direct}) n;
    INSERT INTO large SELECT l.place + ${direct} * g, l.name, l.name || '.' || g FROM large l, generate_series(1, ${each}) g;
    INSERT INTO lineage_job (namespace, name, first_at, last_at) VALUES ('large', 'stage everything', now(), now());
    INSERT INTO lineage_node (namespace, name, dataset_id, first_at)
      SELECT 'pasar', p.address || '.' || d.name, d.id, now() FROM product p JOIN dataset d ON d.product_id = p.id
      WHERE p.address = '${PRODUCT}' AND NOT EXISTS (SELECT FROM lineage_node n WHERE n.dataset_id = d.id) ON CONFLICT DO NOTHING;
    INSERT INTO lineage_node (namespace, name, first_at) SELECT '${SPACE}', name, now() FROM large ORDER BY place;
    INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
      SELECT j.id, t.id, f.id, t.id, now() FROM lineage_job j, large l JOIN lineage_node t ON t.namespace = '${SPACE}' AND t.name = l.name
        JOIN lineage_node f ON f.namespace = '${SPACE}' AND f.name = l.above WHERE j.namespace = 'large';
    INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
      SELECT j.id, t.id, f.id, t.id, now() FROM lineage_job j, large l JOIN lineage_node t ON t.namespace = '${SPACE}' AND t.name = l.name,
        (SELECT n.id FROM lineage_node n JOIN dataset d ON d.id = n.dataset_id JOIN product p ON p.id = d.product_id WHERE p.address = '${PRODUCT}' ORDER BY n.id LIMIT 1) f
      WHERE j.namespace = 'large' AND l.above IS NULL;
    ANALYZE lineage_node, lineage_edge`);
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PASAR_PICTURES) await page.screenshot({ path: `${process.env.PASAR_PICTURES}/lineage-${name}.png`, fullPage: true });
}

/** Words that stand out of their box, as the browser draws them. */
const outside = (page: Page) =>
  page.locator("svg.graph").first().evaluate((svg) =>
    [...svg.querySelectorAll("text")].filter((text) => {
      const box = text.parentElement?.querySelector("rect")?.getBBox();
      const words = text.getBBox();
      return !box || words.x + words.width > box.x + box.width;
    }).map((text) => text.textContent));

/** Whether the box where one stands is within the frame of its drawing. */
async function inSight(page: Page): Promise<boolean> {
  const [frame, here] = await Promise.all([page.locator(".graph-frame").first().boundingBox(), page.locator("#lineage-start").boundingBox()]);
  if (!frame || !here) return false;
  const within = (start: number, size: number, from: number, room: number) => start >= from - 1 && start + size <= from + room + 1;
  return within(here.x, here.width, frame.x, frame.width) && within(here.y, here.height, frame.y, frame.height);
}

test.afterAll(clear);

for (const { name, direct, each } of [{ name: "5", direct: 2, each: 1 }, { name: "200", direct: 20, each: 9 }, { name: "10000", direct: 400, each: 24 }]) {
  test(`${name} datasets after a product are drawn so that they can be read`, async ({ browser }) => {
    test.setTimeout(180_000);
    fill(direct, each);
    const daniel = await signIn(browser, "Daniel Teo");
    const begun = Date.now();
    await daniel.goto(`/products/${PRODUCT}/lineage?direction=down&hops=3`);
    console.log(`lineage of ${name}: ${Date.now() - begun} ms`);
    const boxes = daniel.locator("svg.graph > a, svg.graph > g:not(.graph-arrows)");
    const table = daniel.getByRole("table", { name: "Datasets, the nearest first" });
    const left = daniel.getByRole("note").filter({ hasText: "The drawing leaves out" });
    await expect(table).toBeVisible();
    await expect(daniel.getByRole("table", { name: "Which job made each arrow" })).toContainText("stage everything");
    if (direct + direct * each > BOXES) {
      await expect(boxes).toHaveCount(BOXES);
      await expect(left).toBeVisible();
    } else {
      expect(await boxes.count()).toBeLessThanOrEqual(BOXES);
      expect(await boxes.count()).toBeGreaterThan(direct + direct * each);
      await expect(left).toHaveCount(0);
    }
    expect(await table.getByRole("row").count()).toBeLessThanOrEqual(ROWS + 1);
    expect(await outside(daniel)).toEqual([]);
    // Where one stands is in sight when the page opens; without scripting a link leads there.
    await expect.poll(() => inSight(daniel)).toBe(true);
    const plain = await signIn(browser, "Daniel Teo", { javaScriptEnabled: false });
    await plain.goto(`/products/${PRODUCT}/lineage?direction=down&hops=3`);
    await plain.getByRole("link", { name: "Go to this product in the drawing" }).click();
    await expect.poll(() => inSight(plain)).toBe(true);
    await picture(plain, `${name}-plain`);
    await plain.context().close();
    await expect(table).toContainText(direct === 2 ? "酒店入住率与房价酒店入住率与房价酒店入住率与房价酒店入住率与房价" : "lake.accommodation_statistics_staging.table_00001");
    await accessible(daniel);
    await picture(daniel, `${name}-light`);
    await daniel.emulateMedia({ colorScheme: "dark" });
    await accessible(daniel, ["color-contrast"]);
    await picture(daniel, `${name}-dark`);
    await daniel.emulateMedia({ colorScheme: "light" });

    // The last of the direct ones may be drawn or not: by its name it is found.
    const last = direct === 2 ? "table_00001" : `table_${String(direct).padStart(5, "0")}`;
    if (direct > BOXES) await expect(daniel.locator("svg.graph").first()).not.toContainText(last);
    await daniel.getByRole("link", { name: "after it", exact: true }).click();
    await daniel.getByLabel("Name has").fill(last);
    await daniel.getByLabel("Name has").press("Enter");
    await expect(daniel.getByRole("table", { name: "Direct neighbours, by name" }).getByRole("row", { name: new RegExp(last) })).toBeVisible();
    await expect(daniel.getByText("1 found, as of now.")).toBeVisible();

    // Whoever may not know their names sees that they are there, folded.
    const jason = await signIn(browser, "Jason Lim");
    await jason.goto(`/products/${PRODUCT}/lineage?direction=down&hops=3`);
    await expect(jason.locator("svg.graph").first()).toContainText("Outside the catalogue");
    await expect(jason.getByText("accommodation_statistics")).toHaveCount(0);
    await picture(jason, `${name}-folded`);
    clear();
  });
}
