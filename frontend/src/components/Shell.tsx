import { useQuery } from 'convex/react';
import { ClipboardList, Clock, Handshake, House, LogOut, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useAuth, useSession } from '../api/SessionProvider';
import { api } from '../api/generated';
import { useWords } from '../i18n/words';
import { Avatar, initials } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { FacingPair } from '../ui/FacingPair';
import { LinkButton } from '../ui/LinkButton';
import { ConnectionBanner } from './ConnectionBanner';
import { useUnreadSum } from './messages/useUnread';
import { LanguageSwitch } from './LanguageSwitch';

const entryPages = ['/', '/inscription', '/connexion'];

/** Header, content, and on phones the bar at the bottom: around every page but the call. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const { isAuthenticated, isLoading } = useAuth();
  const [path] = useLocation();
  const links = [
    { href: '/dashboard', text: t('nav.dashboard'), short: t('nav.dashboard.short'), Icon: House },
    { href: '/', text: t('nav.demandes'), short: t('nav.demandes'), Icon: ClipboardList },
    { href: '/offres', text: t('nav.offres'), short: t('nav.offres'), Icon: Handshake },
    { href: '/historique', text: t('nav.history'), short: t('nav.history'), Icon: Clock },
  ];
  const current = (href: string) => (href === path ? ('page' as const) : undefined);

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-lg focus:bg-card focus:px-4 focus:py-2"
      >
        {t('app.skip')}
      </a>
      <header className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <Link href={isAuthenticated ? '/dashboard' : '/'} className="flex min-h-11 items-center gap-2.5 text-lg font-bold tracking-tight">
          <FacingPair className="h-7 text-mark" />
          <span translate="no" className="max-[359px]:sr-only">{t('app.name')}</span>
        </Link>
        {isAuthenticated && (
          <nav aria-label={t('nav.main')} className="ml-4 hidden flex-wrap gap-1 md:flex">
            {links.map(({ href, text }) => (
              <Link
                key={href}
                href={href}
                aria-current={current(href)}
                className="flex min-h-11 items-center rounded-xl px-3 font-semibold text-muted hover:bg-sunken aria-[current=page]:bg-sunken aria-[current=page]:text-ink"
              >
                {text}
                {href === '/dashboard' && <Unread className="ml-2" />}
              </Link>
            ))}
          </nav>
        )}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-1.5">
          {isAuthenticated && path !== '/demandes/nouvelle' && (
            <LinkButton href="/demandes/nouvelle" tone="action" className="hidden! lg:inline-flex!">
              <Plus aria-hidden size={18} />
              {t('req.new')}
            </LinkButton>
          )}
          <LanguageSwitch />
          {isAuthenticated && <AccountMenu />}
          {!isAuthenticated && !isLoading && !entryPages.includes(path) && (
            <LinkButton href={`/connexion?suite=${encodeURIComponent(path)}`}>{t('auth.signIn')}</LinkButton>
          )}
        </div>
      </header>
      <ConnectionBanner />
      <main id="content" className={`mx-auto w-full max-w-6xl flex-1 px-4 pt-2 sm:px-6 sm:pt-4 ${isAuthenticated ? 'pb-[calc(7rem+var(--below))] md:pb-[calc(4rem+var(--below))]' : 'pb-16'}`}>
        {children}
      </main>
      {isAuthenticated && (
        <nav
          aria-label={t('nav.main')}
          className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-4 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] md:hidden"
        >
          {links.map(({ href, short, Icon }) => (
            <Link
              key={href}
              href={href}
              aria-current={current(href)}
              className="flex min-h-14 flex-col items-center justify-center gap-0.5 px-1 text-sm font-medium text-muted aria-[current=page]:text-mark"
            >
              <span className="relative">
                <Icon aria-hidden size={22} />
                {href === '/dashboard' && <Unread className="absolute -top-1.5 left-3" />}
              </span>
              <span className="max-w-full truncate">{short}</span>
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

/** Where the conversations are, the messages that wait there. */
function Unread({ className }: { className: string }) {
  const { t } = useWords();
  const sum = useUnreadSum();
  if (sum === 0) return null;
  return (
    <span className={`inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-action px-1.5 text-sm leading-none font-bold text-on-action tabular-nums ${className}`}>
      <span aria-hidden>{sum}</span>
      <span className="sr-only">, {t('chat.new', { n: sum })}</span>
    </span>
  );
}

function AccountMenu() {
  const { t } = useWords();
  const session = useSession();
  const me = useQuery(api.users.me);
  if (!me) return null;
  return (
    <div className="flex items-center gap-1.5">
      {/* Whoever speaks to their computer says what they see: the initials are in the name. */}
      <Link href="/parametres" aria-label={`${me.avatarUrl ? '' : `${initials(me.name)}, `}${t('nav.account', { nom: me.name })}`} title={t('set.h1')} className="flex size-11 items-center justify-center rounded-full">
        <Avatar name={me.name} url={me.avatarUrl} size={36} />
      </Link>
      <Button tone="quiet" size="icon" aria-label={t('nav.signOut')} onPress={() => void session.signOut()}>
        <LogOut aria-hidden size={20} />
      </Button>
    </div>
  );
}
