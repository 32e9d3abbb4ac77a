import type { Services } from '../App';
import { api } from '../api/generated';
import { FakeConvex, pageOf } from './fakeConvex';
import { FakeMeet, person, videoOf } from './fakeMeet';
import { fakeSession } from './fakeSession';
import { activeMeet, amina, bruno, demande, id, meetSession, message, offre, pastMeet } from './samples';

/**
 * `vite --mode fake`: every page without a server, for working on looks.
 * `?as=anonymous|amina|bruno` chooses who looks, `?meet=1` opens a meeting, `?room=alone|two|share` the call,
 * `?deal=1` accepts the offre.
 */
export function fakeDependencies(): Services {
  const query = new URLSearchParams(location.search);
  for (const key of ['as', 'meet', 'room', 'share', 'deal']) {
    const value = query.get(key);
    if (value !== null) sessionStorage.setItem(`fake.${key}`, value);
  }
  const setting = (key: string) => sessionStorage.getItem(`fake.${key}`);
  const as = setting('as') ?? 'amina';
  const me = as === 'bruno' ? bruno : amina;
  const other = as === 'bruno' ? amina : bruno;
  const demandes = [
    demande(),
    demande({ _id: id('d2'), titre: 'Cours de piano pour débutant', prix: 3500, nombreOffres: 0, demandeur: { ...bruno, name: 'Camille Roux' }, _creationTime: Date.now() - 60_000 * 4, description: 'Une heure par semaine, chez moi, pour un adulte qui n’a jamais touché un clavier.' }),
    demande({ _id: id('d3'), titre: 'Traduction d’un acte de naissance, espagnol vers français', prix: 12050, nombreOffres: 4, demandeur: { ...bruno, name: 'Dana Okafor' }, _creationTime: Date.now() - 86_400_000 * 2 }),
  ];
  const active = setting('meet') === '1';
  const role = as === 'bruno' ? 'offreur' : 'demandeur';
  const offreOf = () => offre(setting('deal') === '1' ? { status: 'accepted' } : {});
  const messages = [
    message(amina, { _creationTime: Date.now() - 86_400_000, texte: 'Bonjour Bruno, merci pour votre offre !' }),
    message(bruno, { texte: 'Bonjour ! Avez-vous la notice ? Sinon elle est ici : https://www.example.org/notice.' }),
    message(bruno, { fichier: { url: '/favicon.svg', nom: 'plan de la chambre.pdf', taille: 248_000, type: 'application/pdf' } }),
    message(amina, { texte: 'Parfait.' }),
  ];
  const convex = new FakeConvex()
    .on(api.messages.list, () => pageOf([...messages].reverse()))
    .on(api.messages.send, ({ texte }) => {
      const sent = message(me, { _creationTime: Date.now(), ...(texte !== undefined && { texte }) });
      messages.push(sent);
      return sent._id;
    })
    .on(api.files.generateUploadUrl, () => '/api/uploads/none')
    .on(api.users.me, () => (as === 'anonymous' ? null : { ...me, email: 'me@example.org', locale: 'fr' }))
    .on(api.demandes.list, ({ recherche }) => pageOf(demandes.filter((d) => d.titre.toLowerCase().includes((recherche ?? '').toLowerCase()))))
    .on(api.demandes.get, ({ demandeId }) => demandes.find((d) => d._id === demandeId) ?? null)
    .on(api.demandes.mine, () => pageOf(as === 'amina' ? demandes.slice(0, 1) : []))
    .on(api.demandes.create, () => id('demande'))
    .on(api.offres.listForDemande, ({ demandeId }) => (demandeId === 'demande' ? [offreOf()] : []))
    .on(api.offres.received, () => pageOf(as === 'amina' ? [offreOf(), offre({ _id: id('o2'), offreur: { ...bruno, name: 'Zoé Martin' }, prixPropose: 9500, status: 'rejected', message: 'Disponible dimanche.' })] : []))
    .on(api.offres.sent, () => pageOf(as === 'bruno' ? [offreOf()] : []))
    .on(api.offres.create, () => id('offre'))
    .on(api.offres.updateOffreStatus, ({ status }) => (status === 'accepted' ? { meetSessionId: id<'meetSessions'>('meet'), callId: 'meet_sample' } : null))
    .on(api.meetSessions.getUserActiveMeetSessions, () => (active ? [activeMeet({ role, autre: other, present: [other._id] })] : []))
    .on(api.meetSessions.getMeetSession, () => meetSession({ role, autre: other, present: setting('room') === 'alone' ? [] : [other._id] }))
    .on(api.meetSessions.missedCalls, () => [])
    .on(api.meetSessions.ringShown, () => null)
    .on(api.meetSessions.answer, () => null)
    .on(api.meetSessions.snooze, () => null)
    .on(api.meetSessions.decline, () => null)
    .on(api.meetSessions.endMeetSession, () => null)
    .on(api.meetSessions.history, () => pageOf([pastMeet(), pastMeet({ _id: id('p2'), togetherMs: 0, createdAt: Date.now() - 4 * 86_400_000 })]))
    .on(api.video.join, () => ({ engine: 'embedded', serverUrl: '', token: '', roomName: 'meet_sample', expiresAt: 0 }));

  const loadMeetClient = () =>
    Promise.resolve(() => {
      const meet = new FakeMeet();
      meet.onConnect = () => {
        if (setting('room') === 'alone') return;
        void navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => {
          const track = stream.getVideoTracks()[0];
          const camera = track ? videoOf(track) : null;
          const isSharing = setting('room') === 'share';
          meet.set({
            self: { ...meet.snapshot().self, name: me.name },
            others: [person({ id: other._id, name: other.name, camera, isMicrophoneOn: setting('room') !== 'muted', screen: isSharing ? camera : null })],
          });
        });
      };
      return meet;
    });
  return { session: fakeSession(as !== 'anonymous'), client: convex.client(), loadMeetClient };
}
