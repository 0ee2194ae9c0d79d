from tests.whole import test_rotas as t
_todas = t.rotas
t.rotas = lambda app: [r for r in _todas(app) if "assembleia" in r.rule]
from tests.whole.test_rotas import casa
from tests.whole.test_rotas import (test_addresses_are_portuguese_words_with_hyphens_and_typed_ids, test_a_route_and_its_permission_are_of_one_room, test_a_stranger_is_shown_to_the_door, test_a_strangers_script_hears_it_in_json, test_a_role_goes_where_it_was_granted_and_nowhere_else, test_an_id_of_nothing_is_not_found, test_nothing_typed_breaks_a_page, test_asking_the_wrong_way_says_which_is_right)
def test_other(app, como, casa):
    from peticionamento.comum.permissoes import Papel
    for papel in (Papel.DEPUTADO, Papel.ASSESSOR):
        e=casa.estranhos[papel]
        for r in t.rotas(app):
            if r.arguments:
                assert t.pedir(como(e), "POST", casa.endereco(app, r), data=t.um_arquivo()).status_code==404
