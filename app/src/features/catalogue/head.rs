//! The frame of a product's pages: what it is, four trust figures, tabs that are real URLs, and the way to access beside it.

use crate::features::mine::follow_form;
use crate::ui::{breadcrumbs, classification_badge, csrf_field, day, hidden, status_tag, tabs};
use domain::catalogue::{ProductStatus, Sharing, Visibility};
use frontend::CopyButton;
use leptos::prelude::*;
use store::catalogue::ProductView;

/// A tab of the product page, in the order a reader decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductTab {
    Overview,
    Schema,
    Sample,
    Agreement,
    ServiceLevels,
    Lineage,
    Ports,
    Versions,
    Activity,
}

impl ProductTab {
    pub const ALL: &'static [Self] = &[
        Self::Overview,
        Self::Schema,
        Self::Sample,
        Self::Agreement,
        Self::ServiceLevels,
        Self::Lineage,
        Self::Ports,
        Self::Versions,
        Self::Activity,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Schema => "Schema",
            Self::Sample => "Sample",
            Self::Agreement => "Agreement",
            Self::ServiceLevels => "Service levels",
            Self::Lineage => "Lineage",
            Self::Ports => "Ports",
            Self::Versions => "Versions",
            Self::Activity => "Activity",
        }
    }

    /// The last part of the URL; empty for the overview.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Schema => "schema",
            Self::Sample => "sample",
            Self::Agreement => "agreement",
            Self::ServiceLevels => "service-levels",
            Self::Lineage => "lineage",
            Self::Ports => "ports",
            Self::Versions => "versions",
            Self::Activity => "activity",
        }
    }

    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tab| tab.path() == path && !path.is_empty())
    }

    pub fn url(self, address: &str) -> String {
        match self {
            Self::Overview => format!("/products/{address}"),
            tab => format!("/products/{address}/{}", tab.path()),
        }
    }
}

/// What a product's page offers beside what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// Its reader follows the product.
    pub follows: bool,
    /// Its reader classifies its columns, and chooses what others get of them.
    pub keeps: bool,
}

/// A product's page with one tab's content.
pub fn product_page(csrf: &str, product: &ProductView, beside: Beside, tab: ProductTab, content: AnyView) -> AnyView {
    let links = ProductTab::ALL.iter().map(|t| (t.label(), t.url(&product.address), *t == tab)).collect();
    let sector = (format!("/organisations/{}", product.at.sector_slug), format!("{} sector", product.at.sector_title));
    let domain = (format!("/organisations/{}", product.at.domain_slug), product.at.domain_title.clone());
    view! {
        <div class="with-panel">
            <div class="with-panel-main">
                {breadcrumbs(vec![sector, domain])}
                <h1>{product.title.clone()}</h1>
                <p class="address">
                    {product.address.clone()}" "<CopyButton text=product.address.clone() label="Copy address".to_owned()/>
                </p>
                <p class="badges">
                    {product.classification.map(classification_badge)}
                    {(product.status != ProductStatus::Published).then(|| status_tag(product.status.label()))}
                    {(product.visibility == Visibility::Hidden).then(|| status_tag("Hidden: only you and its team see it"))}
                </p>
                {match &product.summary {
                    Some(summary) => view! { <p class="lead">{summary.clone()}</p> }.into_any(),
                    None => view! { <p class="lead muted"><em>"No description from its owner yet."</em></p> }.into_any(),
                }}
                {trust(product)}
                {tabs("Product", links)}
                {content}
            </div>
            {panel(csrf, product, beside)}
        </div>
    }
    .into_any()
}

fn trust(product: &ProductView) -> impl IntoView + use<> {
    let levels = match (product.trust.service_levels, product.trust.measured, product.trust.broken) {
        (0, ..) => ("None promised", "ask the owner what to expect".to_owned()),
        (n, 0, _) => ("Promised", format!("{n} objective{}, not measured yet", plural(n))),
        (n, measured, 0) => ("Kept", format!("{measured} of {n} objective{} measured", plural(n))),
        (n, _, broken) => ("Not kept", format!("{broken} of {n} objective{} broken", plural(n))),
    };
    let updated = match product.updated_on {
        Some(on) => (day(on).into_any(), product.frequency.clone().unwrap_or_else(|| "no rhythm stated".into())),
        None => ("Not stated".into_any(), product.frequency.clone().unwrap_or_default()),
    };
    let lineage = match product.trust.input_ports {
        0 => ("Not declared", String::new()),
        n => ("Declared", format!("{n} source{}", plural(n))),
    };
    let used = match product.trust.used_by {
        0 => ("Nobody yet".to_owned(), String::new()),
        1 => ("1 person".to_owned(), "with an agreement in force".into()),
        n => (format!("{n} people"), "with agreements in force".into()),
    };
    let figure = |title: &'static str, main: AnyView, note: String| {
        view! { <div class="figure"><dt>{title}</dt><dd><span class="figure-main">{main}</span><span class="muted">{note}</span></dd></div> }
    };
    view! {
        <dl class="figures">
            {figure("Service levels", levels.0.into_any(), levels.1)}
            {figure("Updated", updated.0, updated.1)}
            {figure("Lineage", lineage.0.into_any(), lineage.1)}
            {figure("Used by", used.0.into_any(), used.1)}
        </dl>
    }
}

fn plural(n: i64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// For whoever looks after it.
fn keeping(address: &str) -> AnyView {
    let to = |path: &str, label: &'static str| view! { <li><a href=format!("/products/{address}/{path}")>{label}</a></li> };
    view! {
        <h2>"Look after it"</h2>
        <ul class="plain-list">{to("classify", "Classify columns")}{to("protection", "Choose what readers get")}{to("concepts", "Say which concepts columns carry")}</ul>
    }
    .into_any()
}

fn panel(csrf: &str, product: &ProductView, beside: Beside) -> impl IntoView + use<> {
    let terms = &product.terms;
    let way = match terms.sharing {
        Sharing::Open => "Open to every officer: granted as soon as you ask.",
        Sharing::Approval => "Approval required. The domain's steward or owner decides within seven working days.",
    };
    let action = if product.trust.readable_datasets > 0 {
        view! {
            <a class="button" href=format!("/requests/new?product={}", product.address)>"Request access"</a>
            <form method="post" action="/basket/add">
                {csrf_field(csrf)}
                {hidden("port", &product.address)}
                <button type="submit" class="button button-secondary">"Add to basket"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p>"Published as files by its agency; there is nothing to request here."</p> }.into_any()
    };
    let held = (product.trust.held > 0).then(|| view! { <p><a href="/agreements">"You hold an agreement on this product"</a></p> });
    let row = |title: &'static str, text: Option<String>| text.map(|text| view! { <div><dt>{title}</dt><dd>{text}</dd></div> });
    let listed = |words: &[String]| (!words.is_empty()).then(|| words.join("; "));
    view! {
        <aside class="access-panel" aria-labelledby="get-access">
            <h2 id="get-access">"Get access"</h2>
            <p>{way}</p>
            {action}
            {held}
            {follow_form(csrf, &product.address, beside.follows)}
            {beside.keeps.then(|| keeping(&product.address))}
            <dl class="terms">
                {row("May be used for", Some(listed(&product.purposes_allowed).unwrap_or_else(|| "any listed purpose".into())))}
                {row("Not for", listed(&product.purposes_forbidden))}
                {row("Passing on", Some(terms.distribution.label().to_owned()))}
                {row("Longest term", Some(format!("{} days, renewable", terms.longest_days)))}
                {row("Owner", Some(product.owner.clone().unwrap_or_else(|| product.at.agency_title.clone())))}
                {row("Steward", product.steward.clone())}
                {row("Version", Some(format!("{}, {}", product.version, product.product_type.label().to_lowercase())))}
            </dl>
        </aside>
    }
}
