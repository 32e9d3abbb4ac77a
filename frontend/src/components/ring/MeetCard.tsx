import { Video, VolumeX, X } from 'lucide-react';
import { useEffect, useId, useRef, type RefObject } from 'react';
import { useLocation } from 'wouter';
import type { ActiveMeet } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { NotNow } from './NotNow';
import { useAnswer } from './useAnswer';

interface MeetCardProps {
  meet: ActiveMeet;
  /** How many more wait behind this one. */
  others: number;
  onHide: () => void;
  /** Given while the browser keeps the tone back. */
  onUnblock?: () => void;
}

export function MeetCard({ meet, others, onHide, onUnblock }: MeetCardProps) {
  const { t, ago } = useWords();
  const [, navigate] = useLocation();
  const answer = useAnswer();
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const before = useF6(card);
  useRoomBelow(card);
  function hide() {
    giveBack(card.current, before.current);
    onHide();
  }
  const nom = meet.autre.name;
  const { titre } = meet.demande;
  const isThere = meet.present.includes(meet.autre._id);
  const isRinging = meet.ring?.status === 'ringing';
  const canDecline = isRinging || meet.ring?.status === 'missed';

  return (
    <section
      ref={card}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-about`}
      onKeyDown={(event) => event.key === 'Escape' && hide()}
      className="sticky top-0 z-40 w-full animate-bar border-b-2 border-mark bg-card pt-[env(safe-area-inset-top)] text-ink shadow-float sm:fixed sm:top-auto sm:right-6 sm:bottom-6 sm:w-80 sm:animate-card sm:rounded-2xl sm:border-2 sm:pt-0 lg:w-90"
    >
      <div className="flex flex-col gap-3 p-4">
        <div className="flex items-start gap-3">
          <span className={`flex size-10 shrink-0 items-center justify-center rounded-full bg-tint text-on-tint ${isRinging ? 'animate-live' : ''}`}>
            <Video aria-hidden size={22} />
          </span>
          <div className="min-w-0">
            <h2 id={`${id}-title`} className="pr-9 font-bold">
              {t(meet.role === 'offreur' ? 'card.title.offreur' : 'card.title.demandeur')}
            </h2>
            <div id={`${id}-about`}>
              <p className="line-clamp-2 font-medium wrap-anywhere">{titre}</p>
              <p className="mt-1 flex items-center gap-2 text-sm text-muted">
                <Avatar name={nom} url={meet.autre.avatarUrl} size={24} />
                <span className="min-w-0">
                  {isThere ? t('card.there', { nom }) : t('card.with', { nom })} · {ago(meet.createdAt)}
                </span>
              </p>
            </div>
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button
            tone="action"
            className={canDecline ? 'basis-full' : 'flex-1'}
            onPress={() => {
              answer(meet._id);
              navigate(`/meet/${meet._id}`);
            }}
          >
            {t('card.join')}
          </Button>
          {canDecline && <NotNow meet={meet} />}
          {others > 0 && <span className="text-sm text-muted">{t('card.more', { n: others })}</span>}
        </div>
        {onUnblock !== undefined && (
          <Button tone="plain" onPress={onUnblock}>
            <VolumeX aria-hidden size={18} />
            {t('card.soundBlocked')}
          </Button>
        )}
      </div>
      <Button tone="quiet" size="icon" aria-label={t('card.close')} onPress={hide} className="absolute top-[calc(env(safe-area-inset-top)+0.25rem)] right-1 sm:top-1">
        <X aria-hidden size={20} />
      </Button>
    </section>
  );
}

/** The page keeps free what the card covers at its bottom: what is there can be scrolled, or moves, above it. */
function useRoomBelow(card: RefObject<HTMLElement | null>) {
  useEffect(() => {
    if (card.current === null || typeof ResizeObserver === 'undefined') return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(([entry]) => style.setProperty('--card-height', `${Math.ceil(entry?.borderBoxSize[0]?.blockSize ?? 0)}px`));
    observer.observe(card.current);
    return () => {
      observer.disconnect();
      style.removeProperty('--card-height');
    };
  }, [card]);
}

/** F6 goes to the card, and back to where one was: what is returned. */
function useF6(card: RefObject<HTMLElement | null>): RefObject<Element | null> {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.shiftKey || card.current === null) return;
      // A call goes through its regions itself, the card among them (meet/regions.ts).
      if (document.querySelector('[data-region=stage]') !== null) return;
      event.preventDefault();
      if (card.current.contains(document.activeElement)) {
        giveBack(card.current, before.current);
      } else {
        before.current = document.activeElement;
        card.current.querySelector('button')?.focus();
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [card]);
  return before;
}

/** The focus goes back to where it was, if the card has it. */
function giveBack(card: HTMLElement | null, before: Element | null) {
  if (card?.contains(document.activeElement) && before instanceof HTMLElement) before.focus();
}
