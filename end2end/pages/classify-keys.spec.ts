// A table of sixty columns classified by keys and by pointer, with every press counted: docs/classification.md says these numbers.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { signIn } from "../fixtures";
import { record } from "../steps";

const PERSONAL = ["nric", "full_name", "mobile", "email", "home_address", "date_of_birth", "passport_no", "vehicle_no"];
const REJECTED = "vehicle_no";
const CHANGED = ["mobile", "email"];
/** Every sixth column or so is one of the personal ones. */
const COLUMNS = Array.from({ length: 60 }, (_, n) => (n % 7 === 3 && n < 59 ? PERSONAL[(n - 3) / 7] : `reading_${n + 1}`));

/** Seconds of the keystroke-level model: a key, a press of the mouse with its way there, and a scroll with its way. */
const KEY = 0.28, PRESS = 1.1 + 0.2, SCROLL = 1.1 + 2;

/** A draft like one of the sample's own, with sixty columns that nobody has classified, and nothing learnt from the table before it. */
function wide(name: string): string {
  const like = (table: string, where: string, other: string) =>
    `INSERT INTO ${table} SELECT (jsonb_populate_record(t, ${other})).* FROM ${table} t WHERE ${where};`;
  const from = "(SELECT id FROM product WHERE address = 'ssot-a.depot-visitors-dp')";
  const product = `(SELECT id FROM product WHERE address = 'ssot-a.${name}')`;
  const columns = COLUMNS.map((column, n) => `(${n}, '${column}')`).join(", ");
  record(`
    DELETE FROM product WHERE address = 'ssot-a.${name}';
    DELETE FROM proposal_rejection WHERE pattern ILIKE '%vehicle%';
    ${like("product", `t.id = ${from}`, `jsonb_build_object('id', gen_random_uuid(), 'name', '${name}', 'address', 'ssot-a.${name}', 'status', 'draft', 'title', '${name}')`)}
    ${like("data_sharing_agreement", `t.product_id = ${from}`, `jsonb_build_object('product_id', ${product})`)}
    ${like("dataset", `t.product_id = ${from}`, `jsonb_build_object('id', gen_random_uuid(), 'product_id', ${product}, 'name', 'wide', 'table_schema', NULL, 'table_name', NULL)`)}
    INSERT INTO data_column SELECT (jsonb_populate_record(NULL::data_column, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(), 'dataset_id', d.id, 'position', u.n, 'name', u.name,
        'column_type', 'text', 'description', NULL, 'is_key', false, 'classified', false))).*
    FROM (VALUES ${columns}) AS u(n, name), dataset d,
         (SELECT c.* FROM data_column c JOIN dataset x ON x.id = c.dataset_id WHERE x.product_id = ${from} ORDER BY c.position LIMIT 1) t
    WHERE d.product_id = ${product}`);
  return `ssot-a.${name}`;
}

/** Opens the review of a new table, with everything proposed and nothing decided. */
async function opened(page: Page, name: string): Promise<string> {
  const address = wide(name);
  await page.goto(`/products/${address}/classify`);
  await page.getByRole("button", { name: "Look at the data again" }).click();
  await expect(page.getByText("60 columns are to be decided.")).toBeVisible();
  await expect(page.locator("tr[data-personal]")).toHaveCount(PERSONAL.length);
  await page.goto(`/products/${address}/classify`);
  await expect(page.locator("#review-keys")).not.toHaveClass(/needs-script/);
  return address;
}

async function decided(page: Page, address: string): Promise<void> {
  await expect(page.getByRole("status")).toContainText(/^\d+ columns were classified\./);
  await page.goto(`/products/${address}/classify?show=all`);
  for (const column of CHANGED) await expect(page.locator(`tr[aria-label="wide.${column}"]`)).toContainText("Confidential");
  record(`DELETE FROM product WHERE address = '${address}'`);
}

/** All keys, and how many of them lead to the table: what is said above it, and so the way there, depends on the product. */
async function byKeys(page: Page, name: string, each: boolean): Promise<{ keys: number; there: number }> {
  const address = await opened(page, name);
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const change = async () => {
    await press("e");
    await press("C");
    await press("Escape");
  };
  await press("Tab");
  await press("Enter");
  const table = page.getByRole("region", { name: "Columns of wide" });
  while (!(await table.evaluate((region) => region === document.activeElement))) {
    await press("Tab");
    expect(keys, "the table is reached").toBeLessThan(12);
  }
  const there = keys;
  if (each) {
    await press("ArrowDown");
    for (const column of COLUMNS) {
      if (CHANGED.includes(column)) {
        await change();
        await press("ArrowDown");
      } else {
        await press(column === REJECTED ? "r" : "a");
      }
    }
  } else {
    for (const column of PERSONAL) {
      // A column that is rejected leads on to the row after it by itself.
      await press("p");
      await expect(page.locator(`tr[aria-label="wide.${column}"]`)).toBeFocused();
      if (CHANGED.includes(column)) await change();
      if (column === REJECTED) await press("r");
    }
    await press("A");
  }
  await press("s");
  await decided(page, address);
  return { keys, there };
}

async function byPointer(page: Page, name: string, each: boolean): Promise<{ presses: number; scrolls: number }> {
  const address = await opened(page, name);
  let presses = 0, scrolls = 0;
  const seen = async (target: Locator) => {
    const inSight = await target.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return box.top >= 0 && box.bottom <= window.innerHeight;
    });
    if (!inSight) {
      scrolls += 1;
      await target.evaluate((element) => element.scrollIntoView({ block: "start" }));
    }
  };
  const click = async (target: Locator) => {
    await seen(target);
    presses += 1;
    await target.click();
  };
  const row = (column: string) => page.locator(`tr[aria-label="wide.${column}"]`);
  const choose = (column: string, verdict: string) => click(row(column).getByLabel(verdict, { exact: false }));
  for (const column of each ? COLUMNS : PERSONAL) {
    if (CHANGED.includes(column)) {
      await choose(column, "Change");
      await click(row(column).getByText("Levels and note"));
      const level = row(column).getByLabel("Security classification");
      await seen(level);
      // One press opens the list, another chooses; browsers draw it outside of the page.
      presses += 2;
      await level.selectOption("confidential");
    } else if (column === REJECTED) {
      await choose(column, "Reject");
    } else if (each) {
      await choose(column, "Accept");
    } else {
      await seen(row(column));
    }
  }
  if (!each) await click(page.getByLabel("Accept what is proposed for every other column shown here"));
  await click(page.getByRole("button", { name: "Confirm decisions" }));
  await decided(page, address);
  return { presses, scrolls };
}

test("sixty columns are classified faster by keys than by pointer", async ({ browser }) => {
  test.setTimeout(240_000);
  const grace = await signIn(browser, "Grace Tan");
  for (const each of [true, false]) {
    const { keys, there } = await byKeys(grace, each ? "wide-a" : "wide-c", each);
    const { presses, scrolls } = await byPointer(grace, each ? "wide-b" : "wide-d", each);
    const [keyboard, pointer] = [keys * KEY, presses * PRESS + scrolls * SCROLL];
    console.log(`${each ? "each by itself" : "personal ones first"}: ${keys} keys, ${keyboard.toFixed(0)} s; ${presses} presses and ${scrolls} scrolls, ${pointer.toFixed(0)} s`);
    expect(keyboard).toBeLessThan(pointer);
    expect([keys - there, presses]).toEqual(each ? [68, 67] : [17, 11]);
  }
});
