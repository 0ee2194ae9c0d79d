<?php
// A whole delivery by PHP's own SoapClient, over the WSDL that the server gives. What came back goes out as JSON.
[, $url, $sistema, $chave, $unidade, $destino, $numero, $tamanhoDaParte] = $argv;
$sei = new SoapClient($url . '?wsdl', ['cache_wsdl' => WSDL_CACHE_NONE, 'soap_version' => SOAP_1_1]);
$saida = ['operacoes' => count($sei->__getFunctions())];
$saida['unidades'] = array_map(fn($u) => $u->Sigla, $sei->listarUnidades($sistema, $chave, '', ''));

$autora = (object) ['Nome' => 'Ana Conceição']; // an object used twice goes as one and a reference to it
$procedimento = [
    'IdTipoProcedimento' => '100000256', 'NumeroProtocolo' => $numero, 'Especificacao' => 'Leitos de UTI',
    'Assuntos' => [['CodigoEstruturado' => '00.01', 'Descricao' => '']], 'Interessados' => [$autora],
    'Observacao' => 'Peticionamento: entrega abc.', 'NivelAcesso' => '0',
];
$gerado = $sei->gerarProcedimento($sistema, $chave, $unidade, $procedimento, [], [], [], 'S', 'N', '', '', '', '', '', '', '', '');
$saida['processo'] = $gerado->ProcedimentoFormatado;

$conteudo = random_bytes(2 * $tamanhoDaParte + 17);
$partes = str_split($conteudo, (int) $tamanhoDaParte);
$arquivo = $sei->adicionarArquivo(
    $sistema, $chave, $unidade, 'grande.pdf', strlen($conteudo), md5($conteudo), base64_encode(array_shift($partes)));
foreach ($partes as $parte) {
    $sei->adicionarConteudoArquivo($sistema, $chave, $unidade, $arquivo, base64_encode($parte));
}
$documento = [
    'Tipo' => 'R', 'ProtocoloProcedimento' => $numero, 'IdSerie' => '11', 'Numero' => '1000123', 'NomeArvore' => 'Petição',
    'Data' => '24/11/2026', 'NomeArquivo' => 'grande.pdf', 'NivelAcesso' => '0', 'Remetente' => $autora,
    'Interessados' => [$autora, $autora], 'IdArquivo' => $arquivo,
];
$saida['documento'] = $sei->incluirDocumento($sistema, $chave, $unidade, $documento)->DocumentoFormatado;
$saida['md5'] = md5($conteudo);
$saida['enviado'] = $sei->enviarProcesso($sistema, $chave, $unidade, $numero, [$destino], 'N', 'N', 'N', '', '', '', 'N');

$lido = $sei->consultarProcedimento(
    $sistema, $chave, $unidade, $numero, 'N', 'S', 'S', 'N', 'N', 'S', 'S', 'N', 'N');
$saida['observacao'] = $lido->Observacoes[0]->Descricao;
$saida['interessado'] = $lido->Interessados[0]->Nome;
$saida['abertas'] = array_map(fn($a) => $a->Unidade->Sigla, $lido->UnidadesProcedimentoAberto);
$andamentos = $sei->listarAndamentos($sistema, $chave, $unidade, $numero, 'S', [], ['13'], []);
$saida['andamento'] = $andamentos[0]->Atributos[0]->Valor;
$saida['numero'] = $sei->consultarDocumento(
    $sistema, $chave, $unidade, $saida['documento'], 'N', 'N', 'N', 'N', 'N')->Numero;
try {
    $sei->incluirDocumento($sistema, 'outra', $unidade, $documento);
} catch (SoapFault $falha) {
    $saida['falha'] = $falha->getMessage();
}
echo json_encode($saida, JSON_UNESCAPED_UNICODE);
