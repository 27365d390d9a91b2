package wheel;

final class TurningTest {
  public static void main(String[] args) {
    assert new Wheel().pour(3).turned() == 3;
    assert new Wheel().pour(9).turned() == 1;
    System.out.println("2 tests of turning: all fine");
  }
}
