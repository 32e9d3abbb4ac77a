"""The official Python client, unmodified, against the real server."""

import itertools
import unittest

from convex import ConvexClient, ConvexError, ConvexInt64

from support import Server, within

PATIENCE = 10  # seconds


def demande(titre, **more):
    return {"titre": titre, "description": "Décrite.", "prix": 10000.0, "devise": "EUR", **more}


def first_page(items=10.0):
    return {"paginationOpts": {"numItems": items, "cursor": None}}


class Person:
    """A client, signed in if there is an account, each of whose calls has a deadline."""

    def __init__(self, server, account=None):
        self.client = within(PATIENCE, lambda: ConvexClient(server.url))
        if account:
            self.set_auth(account["token"])

    def __getattr__(self, name):
        method = getattr(self.client, name)
        return lambda *args: within(PATIENCE, lambda: method(*args))

    def updates(self, name, args):
        """The live results of a query, one a call."""
        subscription = self.subscribe(name, args)
        return lambda: within(PATIENCE, lambda: next(subscription))


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.amina_account = cls.server.sign_up("Amina")
        cls.bruno_account = cls.server.sign_up("Bruno")
        cls.amina = Person(cls.server, cls.amina_account)
        cls.bruno = Person(cls.server, cls.bruno_account)

    @classmethod
    def tearDownClass(cls):
        if cls.server.stop() != 0:
            raise AssertionError("the server did not end as asked")

    def refused(self, code, call):
        with self.assertRaises(ConvexError) as caught:
            call()
        data = caught.exception.data
        self.assertEqual(data["code"], code)
        self.assertIsInstance(data["message"], str)
        return data

    def until(self, update, holds):
        for _ in range(50):
            shown = update()
            if holds(shown):
                return shown
        self.fail("the live query never came to show it")

    def test_a_query_answers_with_and_without_arguments(self):
        self.assertIsNone(Person(self.server).query("users:me"))
        self.assertEqual(self.amina.query("users:me", {})["name"], "Amina")

    def test_a_mutation_writes_what_a_query_then_shows(self):
        made = self.amina.mutation("demandes:create", demande("Réparer un vélo"))
        shown = Person(self.server).query("demandes:get", {"demandeId": made})
        self.assertEqual((shown["titre"], shown["prix"], shown["demandeur"]["name"]), ("Réparer un vélo", 10000, "Amina"))
        self.assertIsInstance(shown["prix"], float)

    def test_an_action_answers(self):
        made = self.amina.mutation("demandes:create", demande("Un appel"))
        offre = self.bruno.mutation("offres:create", {"demandeId": made, "prixPropose": 9000.0, "message": "Oui"})
        pair = self.amina.mutation("offres:updateOffreStatus", {"offreId": offre, "status": "accepted"})
        ticket = self.bruno.action("video:join", {"sessionId": pair["meetSessionId"]})
        self.assertEqual(ticket["roomName"], pair["callId"])
        self.refused("not_found", lambda: Person(self.server, self.server.sign_up("Chloé")).action(
            "video:join", {"sessionId": pair["meetSessionId"]}))

    def test_a_subscription_shows_what_others_change(self):
        made = self.amina.mutation("demandes:create", demande("Une armoire"))
        update = self.amina.updates("offres:listForDemande", {"demandeId": made})
        self.assertEqual(update(), [])
        self.bruno.mutation("offres:create", {"demandeId": made, "prixPropose": 9000.0, "message": "Volontiers"})
        self.assertEqual([offre["message"] for offre in update()], ["Volontiers"])

    def test_two_subscriptions_are_seen_at_one_moment(self):
        made = self.amina.mutation("demandes:create", demande("Ensemble"))
        one = self.amina.subscribe("demandes:get", {"demandeId": made})
        two = self.amina.subscribe("offres:listForDemande", {"demandeId": made})
        views = self.amina.watch_all()
        self.bruno.mutation("offres:create", {"demandeId": made, "prixPropose": 1.0, "message": "Oui"})
        for _ in range(50):
            view = within(PATIENCE, lambda: next(views))
            if view.get(one.id) is None or view.get(two.id) is None:
                continue
            demande_now, offres_now = view[one.id]["value"], view[two.id]["value"]
            self.assertEqual(demande_now["nombreOffres"], len(offres_now))
            if offres_now:
                return
        self.fail("the two never came to show the offre")

    def test_errors_bring_their_data(self):
        data = self.refused("invalid", lambda: self.amina.mutation("demandes:create", demande("")))
        self.assertEqual(data["field"], "titre")
        self.refused("unauthenticated", lambda: Person(self.server).query("demandes:mine", first_page()))
        update = Person(self.server).updates("demandes:mine", first_page())
        self.refused("unauthenticated", update)

    def test_what_is_not_declared_fails_its_own_call_alone(self):
        for call in (lambda: self.amina.query("nowhere:nothing", {}),
                     lambda: self.amina.mutation("demandes:create", {"titre": "seul"}),
                     lambda: self.amina.mutation("demandes:create", demande("x", prix=ConvexInt64(3)))):
            with self.assertRaises(Exception) as caught:
                call()
            self.assertNotIsInstance(caught.exception, TimeoutError)
        self.assertEqual(self.amina.query("users:me", {})["name"], "Amina")

    def test_a_token_comes_and_goes(self):
        person = Person(self.server)
        update = person.updates("users:me", {})
        self.assertIsNone(update())
        person.set_auth(self.amina_account["token"])
        self.until(update, lambda me: me and me["name"] == "Amina")
        person.set_auth(self.bruno_account["token"])
        self.until(update, lambda me: me and me["name"] == "Bruno")
        person.clear_auth()
        self.until(update, lambda me: me is None)

    def test_pages_follow_one_another(self):
        person = Person(self.server, self.server.sign_up("Pages"))
        for number in range(5):
            person.mutation("demandes:create", demande(f"D{number}"))
        cursor, titres = None, []
        for _ in itertools.repeat(None, 5):
            page = person.query("demandes:mine", {"paginationOpts": {"numItems": 2.0, "cursor": cursor}})
            titres += [row["titre"] for row in page["page"]]
            cursor = page["continueCursor"]
            if page["isDone"]:
                break
        self.assertEqual(titres, ["D4", "D3", "D2", "D1", "D0"])

    def test_a_large_result_comes_whole(self):
        person = Person(self.server, self.server.sign_up("Grande"))
        description = "é" * 3900
        for number in range(160):
            person.mutation("demandes:create", demande(f"Grande {number}", description=description))
        page = person.query("demandes:mine", first_page(200.0))["page"]
        self.assertEqual(len(page), 160)
        self.assertTrue(all(row["description"] == description for row in page))


class RestartTest(unittest.TestCase):
    def test_after_the_server_was_killed_the_same_client_goes_on_and_nothing_is_doubled(self):
        server = Server()
        try:
            person = Person(server, server.sign_up("Reprise"))
            update = person.updates("demandes:mine", first_page(50.0))
            self.assertEqual(update()["page"], [])
            made = []
            for number in range(6):
                if number % 2:
                    server.restart()
                made.append(within(30, lambda: person.client.mutation("demandes:create", demande(f"R{number}"))))
            for _ in range(50):
                shown = [row["_id"] for row in within(30, update)["page"]]
                if len(shown) >= 6:
                    break
            self.assertEqual(shown, made[::-1])
        finally:
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
