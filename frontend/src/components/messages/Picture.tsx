import { useState } from 'react';
import type { Fichier } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { FileCard } from './FileCard';

interface PictureProps {
  fichier: Fichier;
  /** What its sender wrote about it. */
  texte: string | undefined;
}

/** A picture in place, with the way to see it whole and to save it. */
export function Picture({ fichier, texte }: PictureProps) {
  const { t } = useWords();
  // Links are renewed every few minutes: a picture that is there need not be loaded again.
  const [src, setSrc] = useState(fichier.url);
  const [isBroken, setBroken] = useState(false);
  const renew = () => (src === fichier.url ? setBroken(true) : setSrc(fichier.url));
  return (
    <>
      {!isBroken && (
        <a
          href={fichier.url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('file.open', { nom: texte ?? fichier.nom })}
          className="block max-w-72 overflow-hidden rounded-2xl border border-line bg-sunken"
        >
          <img src={src} alt={texte ?? fichier.nom} decoding="async" onError={renew} className="block max-h-64 min-h-16 max-w-full min-w-24 object-contain" />
        </a>
      )}
      <FileCard fichier={fichier} />
    </>
  );
}
