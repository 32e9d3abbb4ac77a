import type { Message, Personne } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { isPicture } from '../../lib/files';
import { bubbleStyles, rowStyles } from './bubbleStyles';
import { FileCard } from './FileCard';
import { LinkedText } from './LinkedText';
import { Picture } from './Picture';

interface MessageBubbleProps {
  message: Message;
  isMine: boolean;
  /** Its author and time are shown; readers hear the author of each. */
  isFirst: boolean;
  autre: Personne;
}

export function MessageBubble({ message, isMine, isFirst, autre }: MessageBubbleProps) {
  const { t, clock } = useWords();
  const { texte, fichier } = message;
  const side = isMine ? 'mine' : 'other';
  const author = isMine ? t('call.self') : autre.name;
  return (
    <li className={rowStyles({ side })}>
      {isFirst ? (
        <p className="px-1 pt-2 text-sm text-muted">
          <span className={isMine ? 'sr-only' : 'font-semibold'}>{author}</span>
          {!isMine && <span aria-hidden> · </span>} <time dateTime={new Date(message._creationTime).toISOString()}>{clock(message._creationTime)}</time>
        </p>
      ) : (
        <span className="sr-only">{author}</span>
      )}
      {fichier && (isPicture(fichier.type) ? <Picture fichier={fichier} texte={texte} /> : <FileCard fichier={fichier} />)}
      {texte !== undefined && (
        <p className={`${bubbleStyles({ side })} wrap-anywhere whitespace-pre-wrap`}>
          <LinkedText text={texte} />
        </p>
      )}
    </li>
  );
}
