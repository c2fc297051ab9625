// Axe finds nothing on any page: wide and narrow, light and dark.
import { test } from "@playwright/test";
import { accessible, signIn, type Persona } from "../fixtures";

const pages: [Persona, string[]][] = [
  ["Jason Lim", ["/", "/products", "/products?q=bus", "/products?q=babies&view=table", "/products?near=560123", "/products?box=1,2", "/products?q=zzzzqqqq", "/products/ssot-a.busroutes-dp",
    ...["schema", "sample", "agreement", "service-levels", "lineage", "ports", "versions", "activity"].map((tab) => `/products/ssot-a.busroutes-dp/${tab}`),
    "/products/ssot-a.busroutes-dp/agreement/1", "/products/ssot-a.busroutes-dp/agreement/compare?from=1&to=1",
    "/requests/new?product=ssot-a.busroutes-dp", "/basket", "/requests", "/wanted/new", "/wanted/new?q=bus+incidents", "/agreements", "/mine", "/mine/tokens", "/notices", "/notices/preferences", "/admin/webhooks", "/classification", "/detectors", "/sharing", "/sharing?product=no.such", "/rules", "/organisations", "/organisations/ssot-a", "/glossary", "/glossary?q=zzzzqqqq", "/glossary/planning-area", "/glossary/vacancy-rate", "/nowhere", "/audit", "/design"]],
  ["Grace Tan", ["/work", "/notices", "/delegations", "/rules", "/products/ssot-a.busroutes-dp/agreement/edit", "/products/ssot-a.busroutes-dp/classify?show=all", "/products/ssot-a.busroutes-dp/classify/history", "/detectors"]],
  ["Daniel Teo", ["/rules", "/admin/people", "/admin/purposes", "/admin/purposes/policy", "/admin/purposes/policy/retire", "/admin/holidays", "/admin/holidays?year=2030", "/classification", "/admin/classification/restricted", "/detectors", "/admin/synonyms", "/admin/webhooks"]],
  ["Evelyn Chua", ["/audit", "/audit/checkpoints"]],
];

for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]] as const) {
  test(`${scheme}, ${width} px`, async ({ browser }) => {
    test.setTimeout(180_000);
    for (const [persona, paths] of pages) {
      const page = await signIn(browser, persona);
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      for (const path of paths) {
        await page.goto(path);
        await accessible(page);
        if (process.env.PASAR_PICTURES) {
          const name = path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";
          await page.screenshot({ path: `${process.env.PASAR_PICTURES}/${name}-${scheme}-${width}.png` });
        }
      }
      await page.context().close();
    }
  });
}
