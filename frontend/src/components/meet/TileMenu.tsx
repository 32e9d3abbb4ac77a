import { Ellipsis } from 'lucide-react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { tileButtonStyles } from './barStyles';
import { canFullscreen, toggleFullscreen } from './fullscreen';
import { menuItemStyles, menuStyles } from './menuStyles';
import { usePreferences } from './preferences';

interface TileMenuProps {
  nom: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The tile itself, for the whole screen. */
  tile: () => Element | null;
}

/** What can be done with another person's picture; the button shows on hover, focus and touch. */
export function TileMenu({ nom, isOpen, onOpenChange, tile }: TileMenuProps) {
  const { t } = useWords();
  const { isWhole, choose } = usePreferences();
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button aria-label={t('tile.menu', { nom })} className={`${tileButtonStyles} top-2 right-2 size-11!`}>
        <Ellipsis aria-hidden size={20} />
      </Button>
      <Popover className={menuStyles}>
        <Menu aria-label={t('tile.menu', { nom })} className="outline-none">
          <MenuItem onAction={() => choose({ isWhole: !isWhole })} className={menuItemStyles}>
            {t(isWhole ? 'tile.fill' : 'tile.whole')}
          </MenuItem>
          {canFullscreen() && (
            <MenuItem
              onAction={() => {
                const element = tile();
                if (element !== null) toggleFullscreen(element);
              }}
              className={menuItemStyles}
            >
              {t('call.fullscreen')}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
