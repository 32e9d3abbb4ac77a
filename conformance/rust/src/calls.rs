//! Queries, mutations and actions: what they answer and how they fail.

use convex::{FunctionResult, Value};

use crate::args;
use crate::support::*;

#[tokio::test]
async fn queries_mutations_and_actions_answer() {
    let server = Server::start();
    let (mut amina, mut bruno) = (server.person("amina").await, server.person("bruno").await);
    assert_eq!(text(field(&value(query(&mut amina, "users:me", args! {}).await), "name")), "amina");
    assert_eq!(value(query(&mut server.client().await, "users:me", args! {}).await), Value::Null);

    let made = value(mutate(&mut amina, "demandes:create", demande("Réparer un vélo")).await);
    let shown = value(query(&mut bruno, "demandes:get", args! {"demandeId" => made.clone()}).await);
    assert_eq!(text(field(&shown, "titre")), "Réparer un vélo");
    assert_eq!(field(&shown, "prix"), &Value::Float64(10_000.0));

    let offer = args! {"demandeId" => made, "prixPropose" => 9_000.0, "message" => "Oui"};
    let offre = value(mutate(&mut bruno, "offres:create", offer).await);
    let accepting = args! {"offreId" => offre, "status" => "accepted"};
    let pair = value(mutate(&mut amina, "offres:updateOffreStatus", accepting).await);
    let joining = args! {"sessionId" => field(&pair, "meetSessionId").clone()};
    let ticket = value(act(&mut bruno, "video:join", joining.clone()).await);
    assert_eq!(field(&ticket, "roomName"), field(&pair, "callId"));
    assert_eq!(code(act(&mut server.person("chloe").await, "video:join", joining).await), "not_found");
}

#[tokio::test]
async fn refusals_bring_their_data_and_faults_a_message_alone() {
    let server = Server::start();
    let mut amina = server.person("amina").await;
    let FunctionResult::ConvexError(error) = mutate(&mut amina, "demandes:create", demande("")).await else {
        panic!("an empty title is refused");
    };
    assert_eq!(text(field(&error.data, "code")), "invalid");
    assert_eq!(text(field(&error.data, "field")), "titre");
    assert_eq!(
        code(query(&mut server.client().await, "demandes:mine", page(1.0, Value::Null)).await),
        "unauthenticated"
    );

    let mut whole_number = demande("x");
    whole_number.insert("prix".into(), Value::Int64(3));
    for (name, args) in [
        ("nowhere:nothing", args! {}),
        ("demandes:create", args! {"titre" => "seul"}),
        ("demandes:create", whole_number),
    ] {
        let answer = mutate(&mut amina, name, args).await;
        assert!(matches!(answer, FunctionResult::ErrorMessage(_)), "{name}: {answer:?}");
    }
    assert_eq!(text(field(&value(query(&mut amina, "users:me", args! {}).await), "name")), "amina");
}

#[tokio::test]
async fn what_is_written_is_read_as_it_was() {
    let server = Server::start();
    let mut amina = server.person("amina").await;
    for (titre, prix) in [("é\u{1F6B2}\u{10FFFF}\u{2028}", 0.0), ("\"\\/<&amp;>\t{}", 1.0), ("$money & _under", 1e9)] {
        let mut given = demande(titre);
        given.insert("prix".into(), prix.into());
        given.insert("description".into(), format!("{titre}\n\t{titre}").into());
        let id = value(mutate(&mut amina, "demandes:create", given.clone()).await);
        let shown = value(query(&mut amina, "demandes:get", args! {"demandeId" => id.clone()}).await);
        assert_eq!(field(&shown, "_id"), &id);
        for name in ["titre", "description", "prix", "devise"] {
            assert_eq!(field(&shown, name), &given[name], "{name} of {titre:?}");
        }
        assert!(matches!(field(&shown, "_creationTime"), Value::Float64(ms) if *ms > 1.7e12));
        assert_eq!(field(field(&shown, "demandeur"), "avatarUrl"), &Value::Null);
    }
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went() {
    let server = Server::start_lab();
    let mut client = server.client().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let floats = [0.0, -0.0, 1.5, 1e21, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let whole = [0, 1, -1, i64::MAX, i64::MIN];
    let texts = ["", "é\u{1F6B2}\u{10FFFF}", "\0\u{1f}\"\\", "$float"];
    let mut all = vec![Value::Null, true.into(), false.into(), bytes.into(), Vec::<u8>::new().into()];
    all.extend(floats.map(Value::from));
    all.extend(whole.map(Value::from));
    all.extend(texts.map(Value::from));
    all.push(Value::Object(args! {"_a" => Value::Array(vec![]), " b\"" => Value::Object(args! {})}));
    let all = Value::Array(all);
    // Where two values that differ count as equal (0 and -0), what is written of them does not.
    let same = |answer: Value, what: &str| assert_eq!(format!("{answer:?}"), format!("{all:?}"), "{what}");

    same(value(query(&mut client, "lab:echo", args! {"value" => all.clone()}).await), "a query");
    same(value(act(&mut client, "lab:echoAction", args! {"value" => all.clone()}).await), "an action");
    value(mutate(&mut client, "lab:keep", args! {"name" => "all", "value" => all.clone()}).await);
    same(value(query(&mut client, "lab:kept", args! {"name" => "all"}).await), "a row");
}

#[tokio::test]
async fn pages_follow_one_another_and_a_large_one_comes_whole() {
    let server = Server::start();
    let mut amina = server.person("amina").await;
    let description = "é".repeat(3_900);
    for number in 0..160 {
        let mut large = demande(&format!("D{number}"));
        large.insert("description".into(), description.as_str().into());
        value(mutate(&mut amina, "demandes:create", large).await);
    }
    let all: Vec<String> = (0..160).rev().map(|number| format!("D{number}")).collect();
    let whole = value(query(&mut amina, "demandes:mine", page(200.0, Value::Null)).await);
    assert_eq!(titres(&whole), all);
    assert!(rows(field(&whole, "page")).iter().all(|row| text(field(row, "description")) == description));

    let (mut cursor, mut seen) = (Value::Null, Vec::new());
    loop {
        let next = value(query(&mut amina, "demandes:mine", page(50.0, cursor)).await);
        seen.extend(titres(&next));
        if field(&next, "isDone") == &Value::Boolean(true) {
            break;
        }
        cursor = field(&next, "continueCursor").clone();
    }
    assert_eq!(seen, all);
}
