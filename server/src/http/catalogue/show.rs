//! `GET /products/{urn}` and its tabs. A dataset's or port's address leads to its product; a former address redirects.

use crate::http::error::HttpError;
use crate::http::mine::note;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::catalogue::tabs::{self, Sample};
use app::features::catalogue::terms::current_terms;
use app::features::catalogue::{Beside, ProductTab, product_page};
use app::features::fitness::fitness_line;
use app::features::flow::flagged;
use app::features::glossary::{concepts_section, concepts_to_do};
use app::features::mine::beside;
use app::features::quality_audit::audit_line;
use app::features::service_level::{broken, levels_tab};
use app::features::standard::on_product;
use app::shell::Section;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::catalogue::SpatialCoverage;
use domain::{Action, Urn};
use leptos::prelude::{AnyView, IntoAny, view};
use std::sync::Arc;
use store::catalogue::{self, ProductView};
use store::{flow, glossary, mine, quality, quality_audit, service_level, standard};

/// Rows shown of each dataset on the sample tab.
const SAMPLE_ROWS: i32 = 8;
/// Waivers shown on one page.
const WAIVERS: i64 = 50;
/// Datasets sampled on one page.
const SAMPLED_DATASETS: usize = 6;

pub async fn overview(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    Box::pin(show(&state, &who, &urn, ProductTab::Overview, "")).await
}

pub async fn tab(
    State(state): State<AppState>,
    who: SignedIn,
    Path((urn, tab)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, HttpError> {
    let tab = ProductTab::from_path(&tab).ok_or(HttpError::NotFound)?;
    Box::pin(show(&state, &who, &urn, tab, query.as_deref().unwrap_or_default())).await
}

async fn show(state: &AppState, who: &SignedIn, urn: &str, tab: ProductTab, query: &str) -> Result<Response, HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let address = urn.product_address();
    let reader = who.actor.person;
    let found = async { Ok::<_, HttpError>(catalogue::product(&mut *state.pool.acquire().await?, reader, &address, state.now()).await?) };
    let (found, standing) = tokio::try_join!(found, render::standing(state, who))?;
    let Some(product) = found else {
        let mut conn = state.pool.acquire().await?;
        let moved = catalogue::redirect(&mut conn, reader, &address, state.now()).await?.ok_or(HttpError::NotFound)?;
        return Ok(Redirect::permanent(&tab.url(&moved)).into_response());
    };
    if let Some(dataset) = &urn.dataset {
        let mut conn = state.pool.acquire().await?;
        let known = catalogue::datasets(&mut conn, product.id).await?.iter().any(|d| d.name == *dataset);
        let url = format!("{}#{dataset}", ProductTab::Schema.url(&address));
        return if known { Ok(Redirect::to(&url).into_response()) } else { Err(HttpError::NotFound) };
    }
    note::viewed(state, who, product.id);
    let standards = async {
        let mut conn = state.pool.acquire().await?;
        let findings = standard::findings_of(&mut conn, product.id).await?;
        Ok::<_, HttpError>((findings, standard::waivers(&mut conn, reader, None, Some(product.id), WAIVERS, state.now()).await?))
    };
    let flags = async { Ok(flow::flags_of(&mut *state.pool.acquire().await?, product.id, reader, state.now()).await?) };
    let promises = async {
        let mut conn = state.pool.acquire().await?;
        let audited = quality_audit::latest_of(&mut conn, product.id).await?;
        Ok::<_, HttpError>((mine::follows(&mut conn, reader, product.id).await?, service_level::worst(&mut conn, product.id).await?, audited))
    };
    let fit = crate::http::fitness::beside(state, who, product.id);
    let may_say = crate::http::glossary::may_say(&who.actor, &product);
    // Nobody else is shown them on other tabs.
    let concepts = async {
        let shown = may_say || tab == ProductTab::Schema;
        Ok::<_, HttpError>(if shown { glossary::concepts_of(&mut *state.pool.acquire().await?, product.id).await? } else { vec![] })
    };
    let (content, (findings, waivers), flags, (follows, worst, audited), (score, honours), concepts) =
        tokio::try_join!(load(state, who, &product, tab, query), standards, flags, promises, fit, concepts)?;
    let decides = authorise(&who.actor, Action::Classify { place: product.at.place }).is_ok();
    let keeps = authorise(&who.actor, Action::Protect { place: product.at.place }).is_ok();
    let csrf = who.csrf.clone();
    let title = match tab {
        ProductTab::Overview => product.title.clone(),
        tab => format!("{} – {}", tab.label(), product.title),
    };
    let body = move || {
        product_page(
            &csrf,
            &product,
            Beside { follows, keeps },
            tab,
            view! {
                {broken(&product.address, &worst)}{flagged(&flags)}{on_product(&product.address, &findings, &waivers)}
                {fitness_line(&product.address, score, &honours)}{audit_line(audited.as_ref())}{decides.then(|| concepts_to_do(&product.address, &concepts))}
                {content(&product)}
                {(tab == ProductTab::Schema).then(|| concepts_section(&product.address, &concepts, may_say))}
            }
            .into_any(),
        )
    };
    Ok(render::page_with(state, who, &standing, Section::Products, &title, StatusCode::OK, body))
}

type Content = Box<dyn FnOnce(&ProductView) -> AnyView + Send>;

async fn load(state: &AppState, who: &SignedIn, product: &ProductView, tab: ProductTab, query: &str) -> Result<Content, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let id = product.id;
    Ok(match tab {
        ProductTab::Overview => {
            // Only these two kinds of place are drawn, and what datasets alone say.
            let drawn = match &product.place {
                Some(SpatialCoverage::Areas(_) | SpatialCoverage::Box(_)) => true,
                Some(SpatialCoverage::Whole) => false,
                None => !product.covered_areas.is_empty(),
            };
            let described = async {
                let datasets = catalogue::datasets(&mut conn, id).await?;
                let outlines = if drawn { state.outlines.get(&state.pool, state.now()).await? } else { Arc::default() };
                Ok::<_, HttpError>((datasets, outlines, catalogue::tool_links(&mut conn, id).await?))
            };
            let others = async {
                let candidates = state.neighbours.of(&state.pool, id, state.now()).await?;
                Ok(mine::beside(&mut *state.pool.acquire().await?, who.actor.person, id, &candidates, state.now()).await?)
            };
            let ((datasets, outlines, links), others) = tokio::try_join!(described, others)?;
            Box::new(move |product| view! { {tabs::overview(product, &datasets, &outlines, &links)}{beside(&others)} }.into_any())
        }
        ProductTab::Schema => {
            let datasets = catalogue::datasets(&mut conn, id).await?;
            let columns = catalogue::columns(&mut conn, id).await?;
            let rules = quality::rule_places(&mut conn, id).await?;
            Box::new(move |product| tabs::schema(&product.address, &datasets, &columns, &rules))
        }
        ProductTab::Sample => {
            let datasets = catalogue::datasets(&mut conn, id).await?;
            drop(conn);
            let mut samples = vec![];
            let mut withheld = vec![];
            for dataset in datasets.into_iter().filter(|d| d.table.is_some()).take(SAMPLED_DATASETS) {
                match state.source.preview(dataset.id.0, SAMPLE_ROWS).await? {
                    Some((columns, rows)) => samples.push(Sample { dataset: dataset.name, columns, rows }),
                    None => withheld.push(dataset.name),
                }
            }
            Box::new(move |_| tabs::sample(samples, &withheld))
        }
        ProductTab::Agreement => {
            let current = catalogue::terms(&mut conn, id, None).await?.ok_or(HttpError::NotFound)?;
            let history = catalogue::terms_history(&mut conn, id).await?;
            let names = catalogue::terms_names(&mut conn).await?;
            let may_edit = authorise(&who.actor, Action::ChangeTerms { place: product.at.place }).is_ok();
            Box::new(move |product| current_terms(&product.address, &current, &history, &names, may_edit))
        }
        ProductTab::ServiceLevels => {
            let levels = service_level::levels(&mut conn, id, state.now()).await?;
            let keeps = authorise(&who.actor, Action::Promise { place: product.at.place }).is_ok();
            Box::new(move |product| levels_tab(&product.address, &levels, keeps))
        }
        ProductTab::Lineage => {
            drop(conn);
            let content = Box::pin(crate::http::lineage::content(state, who, product, query)).await?;
            Box::new(move |_| content())
        }
        ProductTab::Ports => {
            let outputs = catalogue::output_ports(&mut conn, id).await?;
            Box::new(move |product| tabs::ports(product, &outputs))
        }
        ProductTab::Versions => Box::new(tabs::versions),
        ProductTab::Activity => {
            let events = catalogue::activity(&mut conn, id, 50).await?;
            Box::new(move |_| tabs::activity(&events))
        }
    })
}
