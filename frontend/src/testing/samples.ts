import type { ActiveMeet, Demande, Id, MeetSession, MeetSummary, Message, OffreAvecDemande, PastMeet, Personne, Ring } from '../api/generated';

/** A branded id out of a readable name. */
export const id = <T extends 'users' | 'demandes' | 'offres' | 'meetSessions' | 'messages' | 'files'>(name: string) => name as Id<T>;

export const amina: Personne = { _id: id('amina'), name: 'Amina Benali', avatarUrl: null };
export const bruno: Personne = { _id: id('bruno'), name: 'Bruno Lefèvre', avatarUrl: null };

const day = 86_400_000;

export function demande(change: Partial<Demande> = {}): Demande {
  return {
    _id: id('demande'),
    _creationTime: Date.now() - 2 * 3_600_000,
    titre: 'Monter une armoire de trois portes',
    description: 'Livrée en kit au 3e étage sans ascenseur, outils sur place. Deux heures environ.',
    prix: 9000,
    devise: 'EUR',
    status: 'open',
    demandeur: amina,
    nombreOffres: 1,
    ...change,
  };
}

export function offre(change: Partial<OffreAvecDemande> = {}): OffreAvecDemande {
  const { _id, titre, prix, devise, status } = demande();
  return {
    _id: id('offre'),
    _creationTime: Date.now() - 600_000,
    demandeId: _id,
    prixPropose: 8550,
    devise: 'EUR',
    message: 'Bonjour, je suis menuisier à deux rues de chez vous. Je peux venir samedi matin avec mes outils.',
    status: 'pending',
    meetSessionId: null,
    offreur: bruno,
    demande: { _id, titre, prix, devise, status },
    ...change,
  };
}

export function meetSession(change: Partial<MeetSession> = {}): MeetSession {
  return {
    _id: id('meet'),
    callId: 'meet_sample',
    status: 'active',
    role: 'offreur',
    createdAt: Date.now() - 20_000,
    demande: { _id: id('demande'), titre: demande().titre },
    autre: amina,
    present: [],
    ring: null,
    ringAutre: null,
    offre: { _id: id('offre'), prixPropose: 8550, devise: 'EUR', message: offre().message },
    endedAt: null,
    endedBy: null,
    ...change,
  };
}

/** A call of ten minutes that Bruno ended just now, as Amina sees it. */
export function meetSummary(change: Partial<MeetSummary> = {}): MeetSummary {
  const endedAt = Date.now();
  return {
    _id: id('meet'),
    status: 'completed',
    role: 'demandeur',
    createdAt: endedAt - 640_000,
    endedAt,
    endedBy: bruno._id,
    joinedAt: endedAt - 620_000,
    autreJoinedAt: endedAt - 600_000,
    togetherMs: 600_000,
    demande: { _id: id('demande'), titre: demande().titre },
    offre: { _id: id('offre'), prixPropose: 8550, devise: 'EUR', message: offre().message },
    autre: bruno,
    review: { outcome: null, sound: null, picture: null, remark: '' },
    quality: null,
    ...change,
  };
}

export function ring(change: Partial<Ring> = {}): Ring {
  return {
    status: 'ringing',
    since: Date.now() - 2000,
    times: 1,
    againAt: null,
    canSnooze: true,
    canRing: false,
    shownOn: 0,
    ringingOn: 0,
    message: null,
    ...change,
  };
}

export function activeMeet(change: Partial<ActiveMeet> = {}): ActiveMeet {
  const { offre: _offre, endedAt: _endedAt, endedBy: _endedBy, ...meet } = meetSession();
  return { ...meet, ...change };
}

export function pastMeet(change: Partial<PastMeet> = {}): PastMeet {
  return {
    _id: id('past'),
    callId: 'meet_past',
    status: 'completed',
    role: 'demandeur',
    createdAt: Date.now() - day,
    demande: { _id: id('demande'), titre: 'Cours de piano pour débutant' },
    autre: bruno,
    endedAt: Date.now() - day + 754_000,
    endedBy: amina._id,
    togetherMs: 754_000,
    recordings: [],
    participants: [amina._id, bruno._id],
    offre: { _id: id('offre'), prixPropose: 8550, devise: 'EUR', message: offre().message },
    ...change,
  };
}

let told = 0;
export function message(auteur: Personne, change: Partial<Message> = {}): Message {
  told++;
  return { _id: id(`message${told}`), _creationTime: Date.now() - 60_000 + told, auteurId: auteur._id, ...change };
}
