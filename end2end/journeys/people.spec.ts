// Sessions and roles: what the data office changes holds from the next request on.
import { expect, test } from "@playwright/test";
import { signIn } from "../fixtures";

test("a role counts from the next request, and ends like that", async ({ browser, javaScriptEnabled }) => {
  const siti = await signIn(browser, "Siti Yusof", { javaScriptEnabled });
  expect((await siti.goto("/audit"))?.status()).toBe(403);
  const daniel = await signIn(browser, "Daniel Teo", { javaScriptEnabled });
  await daniel.goto("/admin/people");
  await daniel.getByLabel("E-mail address", { exact: true }).fill("siti.yusof@example.invalid");
  await daniel.getByLabel("Role", { exact: true }).selectOption("auditor");
  await daniel.getByLabel("Where", { exact: true }).fill("whole");
  await daniel.getByRole("button", { name: "Grant role" }).click();
  expect((await siti.goto("/audit"))?.status()).toBe(200);
  await daniel.getByRole("button", { name: /End Auditor, Whole of government of Siti Yusof/ }).click();
  expect((await siti.goto("/audit"))?.status()).toBe(403);
});

test("a disabled person's session ends at once", async ({ browser, javaScriptEnabled }) => {
  const siti = await signIn(browser, "Siti Yusof", { javaScriptEnabled });
  const daniel = await signIn(browser, "Daniel Teo", { javaScriptEnabled });
  await daniel.goto("/admin/people");
  await daniel.getByRole("button", { name: "Disable Siti Yusof" }).click();
  await siti.goto("/products");
  await expect(siti.getByRole("heading", { level: 1 })).toHaveText("Sign in to Pasar");
  await daniel.getByRole("button", { name: "Enable Siti Yusof" }).click();
});

test("signing out ends the session here and at the provider", async ({ browser, javaScriptEnabled }) => {
  const siti = await signIn(browser, "Siti Yusof", { javaScriptEnabled });
  await siti.locator("form[action='/sign-out'] button:visible").click();
  await siti.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(siti.getByRole("heading", { level: 1 })).toHaveText("You have signed out");
  await siti.goto("/products");
  await expect(siti.getByRole("heading", { level: 1 })).toHaveText("Sign in to Pasar");
});

test("an answer that nobody asked for is refused with a way on", async ({ page }) => {
  const response = await page.goto("/sign-in/callback?code=stolen&state=forged");
  expect(response?.status()).toBe(400);
  await expect(page.getByText("sign_in_state_mismatch")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in again" })).toBeVisible();
});

test("a steward refuses with a reason that the requester reads", async ({ browser, javaScriptEnabled }) => {
  const options = { javaScriptEnabled };
  const siti = await signIn(browser, "Siti Yusof", options);
  await siti.goto("/requests/new?product=ssot-a.busroutes-dp");
  await siti.getByLabel("Purpose").selectOption("planning");
  await siti.getByLabel("What will you do with the data?").fill("Site a depot");
  await siti.getByLabel("Legal basis").fill("Direction 2026/20");
  await siti.locator("#team").fill("Depot siting");
  await siti.getByRole("button", { name: "Check your answers" }).click();
  await siti.getByRole("button", { name: "Submit request" }).click();
  await siti.getByRole("link", { name: "Follow this request" }).click();
  const url = siti.url();
  const grace = await signIn(browser, "Grace Tan", options);
  await grace.goto(url);
  await grace.getByRole("link", { name: "Decide" }).click();
  await grace.getByRole("button", { name: "Refuse" }).click();
  await expect(grace.getByRole("alert")).toContainText("Say why");
  await grace.getByLabel("Reason").fill("Ask for the depot product instead");
  await grace.getByRole("button", { name: "Refuse" }).click();
  await siti.reload();
  await expect(siti.getByText("Ask for the depot product instead").first()).toBeVisible();
  // A stale page's decision is told, not taken.
  const omar = await signIn(browser, "Omar Rahman", options);
  await omar.goto(url);
  await expect(omar.getByRole("link", { name: "Decide" })).toHaveCount(0);
  // Jason has no business with Siti's request.
  const jason = await signIn(browser, "Jason Lim", options);
  expect((await jason.goto(url))?.status()).toBe(404);
});
