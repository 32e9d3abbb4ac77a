//! What stays subscribed: through others' changes, other tokens and a server that was killed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use convex::{AuthenticationToken, ConvexClientBuilder, FunctionResult, Value, WebSocketState};
use futures::StreamExt;

use crate::args;
use crate::support::*;

fn name_is(name: &'static str) -> impl Fn(&FunctionResult) -> bool {
    move |now| matches!(now, FunctionResult::Value(me @ Value::Object(_)) if text(field(me, "name")) == name)
}

fn is_nobody(now: &FunctionResult) -> bool {
    matches!(now, FunctionResult::Value(Value::Null))
}

#[tokio::test]
async fn a_subscription_shows_what_others_change() {
    let server = Server::start();
    let (mut amina, mut bruno) = (server.person("amina").await, server.person("bruno").await);
    let made = value(mutate(&mut amina, "demandes:create", demande("Une armoire")).await);
    let mut live = within(amina.subscribe("offres:listForDemande", args! {"demandeId" => made.clone()})).await.unwrap();
    assert_eq!(value(within(live.next()).await.unwrap()), Value::Array(vec![]));
    value(
        mutate(
            &mut bruno,
            "offres:create",
            args! {"demandeId" => made, "prixPropose" => 1.0, "message" => "Volontiers"},
        )
        .await,
    );
    let now = value(
        until(&mut live, |now| matches!(now, FunctionResult::Value(Value::Array(rows)) if rows.len() == 1)).await,
    );
    assert_eq!(text(field(&rows(&now)[0], "message")), "Volontiers");
}

#[tokio::test]
async fn several_subscriptions_are_seen_at_one_moment() {
    let server = Server::start();
    let (mut amina, mut bruno) = (server.person("amina").await, server.person("bruno").await);
    let made = value(mutate(&mut amina, "demandes:create", demande("Ensemble")).await);
    let one = within(amina.subscribe("demandes:get", args! {"demandeId" => made.clone()})).await.unwrap();
    let two = within(amina.subscribe("offres:listForDemande", args! {"demandeId" => made.clone()})).await.unwrap();
    let three = within(amina.subscribe("offres:received", page(5.0, Value::Null))).await.unwrap();
    let same = within(amina.subscribe("demandes:get", args! {"demandeId" => made.clone()})).await.unwrap();
    let mut views = amina.watch_all();
    value(
        mutate(&mut bruno, "offres:create", args! {"demandeId" => made.clone(), "prixPropose" => 1.0, "message" => ""})
            .await,
    );
    let mut offres = 0;
    while offres == 0 {
        let view = within(views.next()).await.expect("the views go on");
        let (Some(one), Some(two), Some(three)) = (view.get(one.id()), view.get(two.id()), view.get(three.id())) else {
            continue;
        };
        assert_eq!(view.get(same.id()), Some(one), "equal questions have one answer");
        let counted = value(one.clone());
        offres = rows(&value(two.clone())).len();
        assert_eq!(field(&counted, "nombreOffres"), &Value::Float64(offres as f64));
        assert_eq!(rows(field(&value(three.clone()), "page")).len(), offres);
        assert_eq!(view.len(), 4);
    }
    // One goes, the others stay live.
    drop(two);
    value(mutate(&mut amina, "demandes:cancel", args! {"demandeId" => made}).await);
    loop {
        let view = within(views.next()).await.expect("the views go on");
        if view.len() == 3 && text(field(&value(view.get(one.id()).unwrap().clone()), "status")) == "cancelled" {
            break;
        }
    }
}

#[tokio::test]
async fn a_token_comes_changes_and_goes_under_a_live_query() {
    let server = Server::start();
    let (amina, bruno) = (server.sign_up("amina"), server.sign_up("bruno"));
    let mut client = server.client().await;
    let mut live = within(client.subscribe("users:me", args! {})).await.unwrap();
    until(&mut live, is_nobody).await;
    client.set_auth(Some(amina)).await;
    until(&mut live, name_is("amina")).await;
    client.set_auth(Some(bruno)).await;
    until(&mut live, name_is("bruno")).await;
    client.set_auth(None).await;
    until(&mut live, is_nobody).await;
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_again() {
    let server = Server::start();
    let good = server.sign_up("amina");
    let forced = Arc::new(AtomicUsize::new(0));
    let mut client = server.client().await;
    let count = forced.clone();
    client
        .set_auth_callback(Some(Box::new(move |force| {
            count.fetch_add(usize::from(force), Ordering::Relaxed);
            let token = if force { good.clone() } else { "not.a.token".to_string() };
            Box::pin(async move { Ok(AuthenticationToken::User(token)) })
        })))
        .await;
    let mut live = within(client.subscribe("users:me", args! {})).await.unwrap();
    let first = within(live.next()).await.unwrap();
    assert!(name_is("amina")(&first), "nobody else was shown first: {first:?}");
    assert_eq!(forced.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn after_the_server_was_killed_the_same_client_goes_on_and_nothing_is_doubled() {
    let mut server = Server::start();
    let (tell, mut states) = tokio::sync::mpsc::channel(100);
    let mut amina = within(ConvexClientBuilder::new(&server.url()).with_on_state_change(tell).build()).await.unwrap();
    amina.set_auth(Some(server.sign_up("amina"))).await;
    let mut live = within(amina.subscribe("demandes:mine", page(50.0, Value::Null))).await.unwrap();
    assert_eq!(titres(&value(within(live.next()).await.unwrap())), Vec::<String>::new());
    let mut made = Vec::new();
    for number in 0..6 {
        if number % 2 == 1 {
            server.kill_and_start_again();
            // A call that finds the connection broken is lost inside this client, so wait until it is back.
            while !matches!(within(states.recv()).await, Some(WebSocketState::Connecting)) {}
            while !matches!(within(states.recv()).await, Some(WebSocketState::Connected)) {}
        }
        let id = value(mutate(&mut amina, "demandes:create", demande(&format!("R{number}"))).await);
        made.insert(0, id);
        let now = value(until(&mut live, |now| rows(field(&value(now.clone()), "page")).len() == made.len()).await);
        let ids: Vec<Value> = rows(field(&now, "page")).iter().map(|row| field(row, "_id").clone()).collect();
        assert_eq!(ids, made);
    }
}
