import { Download, File, FileArchive, FileAudio, FileImage, FileText, FileVideo, type LucideIcon } from 'lucide-react';
import type { Fichier } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { buttonStyles } from '../../ui/buttonStyles';

const icons: Record<string, LucideIcon> = {
  image: FileImage,
  audio: FileAudio,
  video: FileVideo,
  text: FileText,
  'application/pdf': FileText,
  'application/zip': FileArchive,
  'application/gzip': FileArchive,
};

/** A file with its name and size; the link saves it and never shows it as a page of ours. */
export function FileCard({ fichier: { url, nom, taille, type } }: { fichier: Fichier }) {
  const { t, size } = useWords();
  const Icon = icons[type] ?? icons[type.split('/')[0] ?? ''] ?? File;
  return (
    <div className="flex w-72 max-w-full items-center gap-3 rounded-2xl border border-line bg-card py-2 pr-2 pl-3 text-ink">
      <Icon aria-hidden size={24} className="shrink-0 text-mark" />
      <p className="min-w-0 flex-1">
        <span title={nom} className="block truncate font-medium">
          {nom}
        </span>
        <span className="text-sm text-muted">{size(taille)}</span>
      </p>
      <a
        href={url}
        download={nom}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={t('file.download', { nom })}
        className={buttonStyles({ tone: 'quiet', size: 'icon' })}
      >
        <Download aria-hidden size={20} />
      </a>
    </div>
  );
}
