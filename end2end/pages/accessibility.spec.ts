// Axe finds nothing on any page: wide and narrow, light and dark. Pages that need a request or an agreement are looked at by the journeys that make one.
import { test } from "@playwright/test";
import { bothSchemes, signIn, type Persona } from "../fixtures";

const product = "/products/ssot-a.busroutes-dp";
const pages: Record<string, [Persona, string[]]> = {
  "finding": ["Jason Lim", ["/", "/products", "/products?q=bus", "/products?q=babies&view=table", "/products?near=560123", "/products?box=1,2", "/products?box=103.92,1.32,103.98,1.38", "/products/health.dengue-clusters-dp", "/products?q=zzzzqqqq",
    "/wanted/new", "/wanted/new?q=bus+incidents", "/organisations", "/organisations/ssot-a", "/glossary", "/glossary?q=zzzzqqqq", "/glossary?view=tree", "/glossary/subzone", "/glossary/planning-area", "/glossary/vacancy-rate", "/glossary/bus-stop-code"]],
  "a product": ["Jason Lim", [product, ...["schema", "sample", "agreement", "service-levels", "lineage", "ports", "versions", "activity"].map((tab) => `${product}/${tab}`),
    `${product}/standards`, `${product}/agreement/1`, `${product}/agreement/compare?from=1&to=1`, "/products/ssot-a.punctuality-dp/lineage?columns=1&hops=5", "/products/ssot-a.punctuality-dp/lineage?dataset=by_stop&column=bus_stop_code&as_of=2026-11-30", "/products/ssot-a.stops-dp/lineage?beside=down&q=bus",
    `${product}/quality`, "/products/energy.solar-dp/quality", `${product}/problems`, `${product}/problems/new`, `${product}/usage`, "/service-levels", "/quality", "/quality/geospatial", "/quality/geospatial/report", "/quality-audits", "/quality-tasks", "/problems", "/usage",
    `${product}/fitness`, "/fitness", "/fitness?sector=geospatial&over=months", "/fitness?check=tags", "/fitness?sector=nowhere", "/fitness/report", "/fitness/report?sector=geospatial"]],
  "an officer's own": ["Jason Lim", ["/requests/new?product=ssot-a.busroutes-dp", "/basket", "/requests", "/agreements", "/mine", "/mine/searches/new?q=bus", "/mine/tokens", "/mine/sessions", "/teams", "/notices", "/notices/preferences",
    "/admin/webhooks", "/classification", "/detectors", "/flows", "/lineage/names", "/subjects/tasks", "/linkages", "/linkages/new", "/roles", "/reviews", "/sharing", "/sharing?product=no.such", "/rules", "/standards", "/standards?status=draft", "/standards/new", "/standards/metadata", "/standards/security/1", "/standards/metadata/compare?from=1&to=1", "/standards/waivers", "/standards/guide", "/standards/calendar",
    "/nowhere", "/audit", "/design"]],
  "a steward's": ["Grace Tan", ["/work", "/notices", "/agreements", "/agreements/given", "/agreements/given?state=ended", "/delegations", "/rules", "/manage", "/lineage/names", `${product}/lineage`, `${product}/protection`, "/products/ssot-a.busroutes-dp/protection/staff_dataset", "/products/ssot-a.busroutes-dp/protection/staff_dataset/nric", `${product}/agreement/edit`, `${product}/classify?show=all`, `${product}/classify/history`, "/detectors",
    `${product}/service-levels/new`, `${product}/quality/rules/new`, `${product}/problems`, "/problems", "/usage", `${product}/concepts`]],
  "the data office's": ["Daniel Teo", ["/rules", "/admin", "/admin/people", "/admin/people?q=zzzzqqqq", "/admin/organisations", "/admin/organisations/new?kind=domain", "/admin/organisations/sector/geospatial", "/admin/organisations/sector/geospatial/retire", "/admin/retention", "/admin/retention?what=notices", "/reviews", "/roles", "/admin/purposes", "/admin/purposes/policy", "/admin/purposes/policy/retire", "/admin/holidays", "/admin/holidays?year=2030",
    "/admin/synonyms", "/admin/webhooks", "/classification", "/admin/classification/restricted", "/detectors", "/standards/new", "/standards/new?template=maximum-duration", "/standards/new?template=restricted-personal-data", "/standards/new?template=required-fields", "/standards/new?rego=1", "/standards/access-policy/edit",
    "/standards/metadata/simulate", "/admin/flows", "/subjects", "/subjects/new"]],
  "a curator's": ["Mei Wong", ["/fitness", "/fitness/announce/geospatial", "/glossary/bus-stop-code", "/glossary/bus-stop-code/format", "/glossary/land-use/format", "/glossary/new", "/glossary/land-use/edit", `${product}/concepts`, "/quality-audits", "/quality/geospatial/audits/new", "/quality-tasks"]],
  "a security officer's": ["Simran Kaur", ["/work", "/suspensions", "/suspensions/new", "/audit/report?sector=geospatial"]],
  "an auditor's": ["Evelyn Chua", ["/admin", "/audit", "/audit?purpose=planning&column=nric&from=2026-01-01", "/audit/report", "/audit/checkpoints", "/suspensions", "/admin/drift"]],
};

for (const [group, [persona, paths]] of Object.entries(pages)) {
  for (const width of [1280, 390]) {
    test(`${group}, ${width} px`, async ({ browser }) => {
      test.setTimeout(180_000);
      const page = await signIn(browser, persona);
      await page.setViewportSize({ width, height: 900 });
      for (const path of paths) {
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(path);
        await bothSchemes(page, path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home", width);
      }
    });
  }
}
