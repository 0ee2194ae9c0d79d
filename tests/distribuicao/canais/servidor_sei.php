<?php
// PHP's own SoapServer over SEI's WSDL, as SEI itself is made: writes down what it understood, and gives made-up answers.
// Objects that occur twice go out as references, which is PHP's doing and not ours.
class SeiDePhp
{
    public function __call(string $operacao, array $partes)
    {
        file_put_contents(getenv('VISTO'), json_encode([$operacao, $partes], JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND);
        $unidade = (object) ['IdUnidade' => '110000001', 'Sigla' => 'SEGOV/GAB', 'Descricao' => 'Gabinete'];
        $usuario = (object) ['IdUsuario' => '1', 'Sigla' => 'S', 'Nome' => 'N'];
        $andamento = fn(string $documento) => (object) [
            'IdAndamento' => '1', 'IdTarefa' => '13', 'IdTarefaModulo' => null, 'Descricao' => 'Registro', 'DataHora' => 'hoje',
            'Unidade' => $unidade, 'Usuario' => $usuario,
            'Atributos' => [(object) ['Nome' => 'DOCUMENTO', 'Valor' => $documento, 'IdOrigem' => '9']],
        ];
        $retorno = ['IdDocumento' => '1', 'DocumentoFormatado' => '8000001', 'LinkAcesso' => 'https://sei.invalid/'];
        return match ($operacao) {
            'gerarProcedimento' => (object) [
                'IdProcedimento' => '1', 'ProcedimentoFormatado' => '1370.01.0041699/2020-85',
                'LinkAcesso' => 'https://sei.invalid/', 'RetornoInclusaoDocumentos' => [],
            ],
            'incluirDocumento' => (object) $retorno,
            'listarAndamentos' => [$andamento('8000001'), $andamento('8000002')],
            'enviarProcesso' => '1',
            'consultarProcedimento' => (object) [
                'IdProcedimento' => '1', 'ProcedimentoFormatado' => '1370.01.0041699/2020-85', 'Especificacao' => 'E',
                'DataAutuacao' => 'D', 'LinkAcesso' => 'https://sei.invalid/', 'TipoProcedimento' => null,
                'AndamentoGeracao' => null, 'AndamentoConclusao' => null, 'UltimoAndamento' => $andamento('8000001'),
                'UnidadesProcedimentoAberto' => [(object) ['Unidade' => $unidade, 'UsuarioAtribuicao' => null]],
                'Assuntos' => [], 'Interessados' => [], 'ProcedimentosRelacionados' => [], 'ProcedimentosAnexados' => [],
                'Observacoes' => [(object) ['Descricao' => 'Observação', 'Unidade' => $unidade]], 'TipoPrioridade' => null,
            ],
            default => throw new SoapFault('Server', "Operação [$operacao] não liberada."),
        };
    }
}

$servidor = new SoapServer(getenv('WSDL'), ['cache_wsdl' => WSDL_CACHE_NONE]);
$servidor->setClass('SeiDePhp');
$servidor->handle();
