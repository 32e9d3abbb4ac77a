import { Ellipsis, Eye } from 'lucide-react';
import { useRef, useState, type PointerEvent } from 'react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { tileButtonStyles } from './barStyles';
import { nearestCorner } from './corner';
import type { MeetParticipant } from './engines/meetClient';
import { menuItemStyles, menuStyles } from './menuStyles';
import { corners, usePreferences, type Corner } from './preferences';
import { Tile } from './Tile';

const places: Record<Corner, string> = {
  bottomRight: 'right-3 bottom-3',
  bottomLeft: 'left-3 bottom-3',
  topRight: 'right-3 top-3',
  topLeft: 'left-3 top-3',
};
const sizes = {
  normal: 'h-32 w-24 sm:h-[90px] sm:w-40 lg:h-28 lg:w-50 2xl:h-[135px] 2xl:w-60 short:h-[72px] short:w-32',
  small: 'h-20 w-15 sm:h-14 sm:w-25 lg:h-16 lg:w-28 short:h-14 short:w-25',
};

/** Oneself, over the other's picture: dragged to a corner, or sent there by the menu; small, or away. */
export function SelfView({ self }: { self: MeetParticipant }) {
  const { t } = useWords();
  const { corner, selfSize, choose } = usePreferences();
  const ref = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ fromX: number; fromY: number; x: number; y: number } | null>(null);

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button'))) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ fromX: event.clientX, fromY: event.clientY, x: 0, y: 0 });
  }
  function onPointerMove(event: PointerEvent) {
    if (drag !== null) setDrag({ ...drag, x: event.clientX - drag.fromX, y: event.clientY - drag.fromY });
  }
  function onPointerUp() {
    const own = ref.current?.getBoundingClientRect();
    const stage = ref.current?.parentElement?.getBoundingClientRect();
    if (drag !== null && own && stage && Math.hypot(drag.x, drag.y) > 8) {
      choose({ corner: nearestCorner((own.x + own.width / 2 - stage.x) / stage.width, (own.y + own.height / 2 - stage.y) / stage.height) });
    }
    setDrag(null);
  }

  if (selfSize === 'hidden') {
    return (
      <Button aria-label={t('self.show')} onPress={() => choose({ selfSize: 'normal' })} className={`absolute! z-10 size-11! rounded-full! bg-scrim! p-0! text-white! ${places[corner]}`}>
        <Eye aria-hidden size={20} />
      </Button>
    );
  }
  return (
    <div
      ref={ref}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      style={drag === null ? undefined : { transform: `translate(${drag.x}px, ${drag.y}px)` }}
      className={`group absolute z-10 cursor-grab touch-none rounded-xl shadow-float ring-1 ring-line active:cursor-grabbing ${places[corner]} ${sizes[selfSize]}`}
    >
      <Tile participant={self} size="float" className="size-full" />
      <MenuTrigger>
        <Button
          aria-label={t('self.menu')}
          className={`${tileButtonStyles} top-1 right-1 size-8!`}
        >
          <Ellipsis aria-hidden size={18} />
        </Button>
        <Popover className={menuStyles}>
          <Menu aria-label={t('self.menu')} className="outline-none">
            {corners.map((each) => (
              <MenuItem key={each} isDisabled={each === corner} onAction={() => choose({ corner: each })} className={menuItemStyles}>
                {t(`self.corner.${each}`)}
              </MenuItem>
            ))}
            <MenuItem onAction={() => choose({ selfSize: selfSize === 'small' ? 'normal' : 'small' })} className={menuItemStyles}>
              {t(selfSize === 'small' ? 'self.enlarge' : 'self.shrink')}
            </MenuItem>
            <MenuItem onAction={() => choose({ selfSize: 'hidden' })} className={menuItemStyles}>
              {t('self.hide')}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
