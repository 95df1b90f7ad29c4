# What a version of a product changed. The id is difference-{code of domain::difference::Difference}.

difference-first_version = The first version.
difference-set = { $field }: { $to }.
difference-changed = { $field }: { $from } → { $to }.
difference-removed = { $field }: removed.
difference-rewritten = { $field }: changed.
difference-list_changed =
    { $kind ->
        [added] { $field }: { $added } added.
        [removed] { $field }: { $removed } removed.
       *[both] { $field }: { $added } added, { $removed } removed.
    }
difference-option_added = New option { $option }.
difference-option_removed = Option { $option }: removed.
difference-option_opened = { $option } is on sale again.
difference-option_closed = { $option } is no longer on sale.
difference-option_renamed = Option { $from } is called { $option } now.
difference-option_changed = { $field } of { $option }: { $from } → { $to }.
difference-price_set = The price of { $option }: { $to }.
difference-price_changed = The price of { $option }: { $from } → { $to }.
difference-season_added = The price of { $option } from { $first } to { $last }: { $to }.
difference-season_changed = The price of { $option } from { $first } to { $last }: { $from } → { $to }.
difference-season_removed = The price of { $option } from { $first } to { $last } ({ $from }): removed.
