// Finding: an officer comes from everyday words to the right product, narrows, keeps a search, and asks for what is missing.
import { expect, test } from "@playwright/test";
import { accessible, everyWay, signIn } from "../fixtures";

test("everyday words, filters and an address that can be sent", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  await jason.goto("/");
  await jason.getByLabel("What data do you need?").fill("buss routs ");
  await jason.getByRole("button", { name: "Search", exact: true }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toContainText("for “buss routs”");
  const first = jason.getByRole("listitem").filter({ has: jason.getByRole("heading", { level: 2 }) }).first();
  await expect(first).toContainText("ssot-a.busroutes-dp");
  await first.getByText("Why this result").click();
  await expect(first).toContainText("is in the title");

  await jason.goto("/products");
  await jason.getByLabel("Aggregated").check();
  if (!javaScriptEnabled) await jason.getByRole("button", { name: "Apply filters" }).click();
  await expect(jason).toHaveURL(/type=aggregated/);
  await expect(jason.getByRole("list", { name: "Filters that are on" })).toContainText("Type: Aggregated");
  const heading = await jason.getByRole("heading", { level: 1 }).textContent();
  const sent = await signIn(browser, "Grace Tan", { javaScriptEnabled });
  await sent.goto(jason.url());
  await expect(sent.getByRole("heading", { level: 1 })).toHaveText(heading ?? "");
  await jason.getByLabel("Show as").selectOption("table");
  if (!javaScriptEnabled) await jason.getByRole("button", { name: "Apply filters" }).click();
  await expect(jason.getByRole("table")).toBeVisible();
  if (javaScriptEnabled) await accessible(jason);
  await jason.getByRole("link", { name: "Type: Aggregated, remove" }).click();
  await expect(jason.getByRole("list", { name: "Filters that are on" })).toHaveCount(0);
});

test("the keyboard alone leads from a few letters to a product", async ({ browser, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "suggestions need scripting; without it the form is submitted, as the test above does");
  const jason = await signIn(browser, "Jason Lim");
  await jason.goto("/");
  const box = jason.getByRole("combobox", { name: "What data do you need?" });
  await box.focus();
  await jason.keyboard.type("bus rou");
  await expect(jason.getByRole("option").first()).toBeVisible();
  await accessible(jason);
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await expect(box).toHaveAttribute("aria-activedescendant", /suggestions-0$/);
  await jason.keyboard.press("Escape");
  await expect(jason.getByRole("option")).toHaveCount(0);
  await jason.keyboard.type("t");
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option").first()).toBeVisible();
  await jason.keyboard.press("ArrowDown");
  await expect(jason.getByRole("option", { selected: true })).toHaveCount(1);
  await jason.keyboard.press("Enter");
  await expect(jason).toHaveURL(/\/products\/ssot-a\.busroutes-dp$/);
});

test("a box is typed, by the keyboard alone", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  await jason.goto("/products?q=dengue+clusters");
  const dengue = jason.locator("#results a[href='/products/health.dengue-clusters-dp']");
  await expect(dengue).toBeVisible();
  const box = jason.getByLabel("Within a box");
  const within = async (first: string, second: string) => {
    if (javaScriptEnabled) await expect(jason.locator("html.draws-boxes")).toBeAttached();
    if (!(await box.isVisible())) {
      await jason.locator("#place-filter > summary").focus();
      await jason.keyboard.press("Enter");
    }
    await box.focus();
    await jason.keyboard.press("ControlOrMeta+a");
    await jason.keyboard.type(first);
    // Results come while one types, and what is typed goes on where it was.
    if (javaScriptEnabled) await expect(jason.getByText("Enter four numbers")).toBeVisible();
    await jason.keyboard.type(second);
    await expect(box).toHaveValue(first + second);
    const submitted = jason.waitForEvent("load");
    await jason.keyboard.press("Enter");
    await submitted;
    await expect(jason.getByRole("list", { name: "Filters that are on" })).toContainText(`Within: ${first}${second}`);
    const asked = new URL(jason.url()).searchParams;
    expect([asked.get("q"), asked.get("box")]).toEqual(["dengue clusters", first + second]);
  };
  await within("103.92,1.32,", "103.98,1.38");
  await expect(jason.getByText("Near that place or within the box: Bedok.")).toBeVisible();
  await expect(dengue).toBeVisible();
  await within("103.82,1.32,", "103.88,1.38");
  await expect(jason.getByText("Near that place or within the box: Ang Mo Kio.")).toBeVisible();
  await expect(dengue).toHaveCount(0);
});

test("a box is drawn on the map", async ({ browser, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "drawing needs scripting; without it the box is typed, as the test above does");
  const jason = await signIn(browser, "Jason Lim");
  await jason.goto("/products?q=dengue+clusters");
  const dengue = jason.locator("#results a[href='/products/health.dengue-clusters-dp']");
  await jason.locator("#place-filter > summary").click();
  await expect(jason.getByText("Draw a box on the map with the mouse, or press an area.")).toBeVisible();
  /** From one part of the map to another, as parts of its width and height. */
  const draw = async (from: [number, number], to: [number, number]) => {
    const map = jason.locator("svg[data-edges]");
    await map.scrollIntoViewIfNeeded();
    const whole = await map.boundingBox();
    if (!whole) throw new Error("the map is not drawn");
    const at = ([x, y]: [number, number]): [number, number] => [whole.x + x * whole.width, whole.y + y * whole.height];
    await jason.mouse.move(...at(from));
    await jason.mouse.down();
    await jason.mouse.move(...at(to), { steps: 5 });
    await expect(map.locator(".place-box")).toBeVisible();
    await jason.mouse.up();
  };
  // East of the middle below is Bedok, west of it Ang Mo Kio, and Woodlands above.
  await draw([0.6, 0.6], [0.9, 0.9]);
  await expect(jason.getByLabel("Within a box")).toHaveValue(/^103\.9\d{3},1\.3\d{3},103\.9\d{3},1\.3\d{3}$/);
  await expect(jason).toHaveURL(/[?&]box=103\.9/);
  await expect(jason.getByText("Near that place or within the box: Bedok.")).toBeVisible();
  await expect(dengue).toBeVisible();
  await everyWay(jason, "a-box-on-the-map");
  await draw([0.4, 0.9], [0.1, 0.6]);
  await expect(jason.getByText("Near that place or within the box: Ang Mo Kio.")).toBeVisible();
  await expect(dengue).toHaveCount(0);
  const drawn = await jason.getByLabel("Within a box").inputValue();
  const submitted = jason.waitForEvent("load");
  await jason.getByRole("button", { name: "Apply filters" }).click();
  await submitted;
  await expect(jason.getByText("Near that place or within the box: Ang Mo Kio.")).toBeVisible();
  expect(new URL(jason.url()).searchParams.get("box")).toBe(drawn);

  // A press without a way is still the area's link.
  await jason.goto("/products?q=dengue+clusters");
  await jason.locator("#place-filter > summary").click();
  const woodlands = jason.locator("svg[data-edges] a[data-area=WD]");
  await woodlands.click();
  await expect(jason).toHaveURL(/place=WD/);
  await expect(jason.getByRole("list", { name: "Filters that are on" })).toContainText("Place: Woodlands");
  await expect(dengue).toBeVisible();
});

test("a search is kept, and data that does not exist is asked for", async ({ browser, javaScriptEnabled }) => {
  const jason = await signIn(browser, "Jason Lim", { javaScriptEnabled });
  const own = javaScriptEnabled ? "scripted" : "plain";
  await jason.goto("/products?q=dengue");
  await jason.getByRole("link", { name: "Save this search" }).click();
  await jason.getByLabel("Name of this search").fill(`Dengue ${own}`);
  await jason.getByRole("button", { name: "Save this search" }).click();
  await expect(jason.getByRole("link", { name: `Dengue ${own}`, exact: true })).toBeVisible();
  await jason.goto(`/products?q=zzqqxx+wwkkvv`);
  await expect(jason.getByText("No product matches.")).toBeVisible();
  await jason.getByRole("link", { name: "Ask for data that does not exist yet" }).click();
  await expect(jason.getByRole("heading", { level: 1 })).toBeVisible();
  if (javaScriptEnabled) await accessible(jason);
});
